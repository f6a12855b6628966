import { computed, readonly, ref, shallowRef } from 'vue'
import { bare, client, Problem } from '@shared/api'
import type { Me, Session } from '@shared/api-types'
import { learnSkew } from './clock'

/** Nobody touched the page for this long: sign out (the office computers are shared). */
export const IDLE_MS = 30 * 60_000
const RENEW_BEFORE_MS = 60_000

const me = shallowRef<Me | null>(null)
let access: string | null = null
let expiresAt = 0
let lastTouch = Date.now()
let renewing: Promise<boolean> | null = null

/** Why the sign-in page is shown, when it is not simply the start. */
export const parting = ref<'' | 'idle' | 'ended' | 'revoked' | 'left'>('')
/** False from the first call without an answer until the next answered one. */
export const reachable = ref(true)
export const lastAnswer = ref(Date.now())
export const user = readonly(me) as Readonly<typeof me>
export const signedIn = computed(() => me.value !== null)

const begin = (session: Session) => {
  access = session.access
  expiresAt = session.access_expires_at
  me.value = session.user
  parting.value = ''
}

const end = (why: typeof parting.value) => {
  access = null
  expiresAt = 0
  me.value = null
  parting.value = why
}

export const signIn = async (username: string, password: string, street: string, chosen = '') => {
  const response = await bare('/login', { json: { username, password, ...(street ? { street } : {}), ...(chosen ? { new_password: chosen } : {}) } })
  lastTouch = Date.now()
  begin((await response.json()) as Session)
}

/** Gets a fresh access token by the session cookie. One request at a time, whoever asks. */
const renew = (): Promise<boolean> => {
  renewing ??= (async () => {
    try {
      const response = await bare('/session/refresh', { method: 'POST' })
      begin((await response.json()) as Session)
      return true
    } catch (error) {
      if (error instanceof Problem && error.status >= 400 && error.status < 500 && me.value) end(error.code === 'device_revoked' ? 'revoked' : 'ended')
      return false
    } finally {
      renewing = null
    }
  })()
  return renewing
}

/** At the start of the page: goes on with the session the cookie still holds, if any. */
export const resume = () => renew()

export const signOut = async (why: 'idle' | 'left' = 'left') => {
  end(why)
  await bare('/session/logout', { method: 'POST' }).catch(() => undefined)
}

const hub = client({ token: () => access, renew, clock: learnSkew })

const watched = async <T>(work: Promise<T>): Promise<T> => {
  try {
    const answer = await work
    reachable.value = true
    lastAnswer.value = Date.now()
    return answer
  } catch (error) {
    if (error instanceof Problem) {
      reachable.value = error.status !== 0 && error.status !== 502 && error.status !== 503
      if (error.code === 'device_revoked') end('revoked')
    }
    throw error
  }
}

/** Calls to the hub as the signed-in person. */
export const calls = {
  json: <T>(...call: Parameters<typeof hub.json>) => watched(hub.json<T>(...call)),
  blob: (...call: Parameters<typeof hub.blob>) => watched(hub.blob(...call)),
  stream: (...call: Parameters<typeof hub.stream>) => watched(hub.stream(...call)),
}

/** Keeps the session alive while somebody works, and ends it when nobody does. */
export const keepAlive = () => {
  for (const gesture of ['pointerdown', 'keydown', 'wheel']) addEventListener(gesture, () => (lastTouch = Date.now()), { passive: true, capture: true })
  setInterval(() => {
    if (!me.value) return
    const clock = Date.now()
    if (clock - lastTouch > IDLE_MS) void signOut('idle')
    else if (document.visibilityState === 'visible' && clock > expiresAt - RENEW_BEFORE_MS) void renew()
  }, 15_000)
}
