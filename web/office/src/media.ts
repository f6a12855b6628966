import { onScopeDispose, ref, watch, type Ref } from 'vue'
import { hub } from './hub'
import { coded } from './problems'

interface Held {
  url: Promise<string>
  users: number
  made: string | null
}

/** Pictures in use, by hash and size; the last one to leave frees the memory. */
const held = new Map<string, Held>()

const take = (key: string, fetch: () => Promise<Blob>): Held => {
  const existing = held.get(key)
  if (existing) {
    existing.users++
    return existing
  }
  const fresh: Held = { url: Promise.resolve(''), users: 1, made: null }
  fresh.url = fetch().then((blob) => (fresh.made = URL.createObjectURL(blob)))
  held.set(key, fresh)
  return fresh
}

const leave = (key: string, one: Held) => {
  if (--one.users > 0) return
  if (held.get(key) === one) held.delete(key)
  void one.url.then((url) => URL.revokeObjectURL(url)).catch(() => undefined)
}

export type PictureState = 'loading' | 'ready' | 'missing' | 'pending' | 'failed'

/** A picture that the hub is still making smaller is asked for again after this time. */
const AGAIN_MS = 3_000

/** The picture as an address for `<img>`; nothing is fetched while `wanted` is false. */
export const usePicture = (sha256: () => string, size: () => '320' | '1600' | 'original', wanted: Ref<boolean> = ref(true)) => {
  const url = ref('')
  const state = ref<PictureState>('loading')
  let current: { key: string; held: Held } | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  const drop = () => {
    clearTimeout(timer)
    if (current) leave(current.key, current.held)
    current = null
  }
  const load = async () => {
    const [sha, wantedSize] = [sha256(), size()]
    const key = `${sha}:${wantedSize}`
    if (current?.key === key && (state.value === 'loading' || state.value === 'ready')) return
    drop()
    state.value = 'loading'
    if (!sha || !wanted.value) return
    const mine = (current = { key, held: take(key, () => hub.photo(sha, wantedSize)) })
    try {
      const made = await mine.held.url
      if (current !== mine) return
      url.value = made
      state.value = 'ready'
    } catch (error) {
      // A failure is not kept: the next one who asks tries again.
      if (held.get(key) === mine.held) held.delete(key)
      if (current !== mine) return
      state.value = coded(error, 'thumbnail_pending') ? 'pending' : coded(error, 'not_found') ? 'missing' : 'failed'
      if (state.value === 'pending') timer = setTimeout(() => void load(), AGAIN_MS)
    }
  }
  watch([sha256, size, wanted], () => void load(), { immediate: true })
  onScopeDispose(drop)
  return { url, state, retry: load }
}
