import { hex } from '../hex'
import { contactKey, type KnownContacts } from './contacts'
import { newKey, publicKey, sign } from './keys'
import { Problem, SessionEnded, Unreachable } from './problem'
import type { Session, Store } from './store'

/** Answer of `/v1/enrol` and, without `device` and `user`, of `/v1/token`. */
interface Granted {
  access: string
  access_expires_at: number
  refresh: string
  hand_over_key?: string
}

interface Enrolled extends Granted {
  device: string
  /** For roles that handle tickets. */
  contact_key?: string
  user: {
    id: string
    name: string
    role: string
    tenant: { id: string; code: string; name: string }
    units: { id: string; kind: string; code: string; name: string }[]
  }
}

/** What a phone keeps of its enrolment. */
export interface Enrolment {
  session: Session
  contacts: KnownContacts
}

export interface EnrolRequest {
  code: string
  password: string
  deviceName: string
}

/** How long an answer may keep silent before the connection counts as dead, ms. */
const SILENCE = 30_000
/** The slowest link that is still given time for what it carries up, bytes per second. */
const SLOWEST = 3_000

/** Renewed this long before its end, so that a request does not die on the way. */
const MARGIN = 60_000

/** Gateways answer these while the hub behind them is away. */
const AWAY = new Set([502, 503, 504])

/** The phone's line to the hub: finds out who we are, renews that, and turns failures into three kinds. */
export class Hub {
  private session: Session | null = null
  private renewal: Promise<string> | null = null

  constructor(
    private readonly store: Store,
    private readonly version: string,
    private readonly now: () => number = Date.now,
    private readonly fetcher: typeof fetch = (...args) => fetch(...args),
  ) {}

  /** The session as stored; `null` before enrolment. */
  async load(): Promise<Session | null> {
    this.session = (await this.store.single('session')) ?? null
    return this.session
  }

  current(): Session | null {
    return this.session
  }

  /**
   * Asks the hub to take this phone in, under the id that it had: its unsent changes are bound to that. `holdsWorkOf`: the
   * person whose work is still on this phone; the hub leaves a code of anybody else unused. What it
   * gave is returned, not yet stored: the caller stores it with what belongs to it.
   */
  async enrol({ code, password, deviceName }: EnrolRequest, holdsWorkOf: string | null = null): Promise<Enrolment> {
    const before = this.session
    const kept = { ...(before ? { device: before.device } : {}), ...(holdsWorkOf ? { holds_work_of: holdsWorkOf } : {}) }
    const key = await newKey()
    const answer = await this.plain('/v1/enrol', { code, password, device_name: deviceName, app_version: this.version, key: await publicKey(key), ...kept })
    const body = (await answer.json()) as Enrolled
    const { id: person, name, role, tenant, units } = body.user
    const session: Session = {
      device: body.device,
      device_name: deviceName,
      person,
      name,
      role,
      tenant,
      units: units.map((unit) => ({ id: unit.id, kind: unit.kind, name: unit.name })),
      refresh: body.refresh,
      access: body.access,
      access_until: this.ends(body),
      enrolled_at: this.now(),
      key,
      hand_over_key: body.hand_over_key,
    }
    return { session, contacts: { person, key: body.contact_key ? await contactKey(body.contact_key) : null } }
  }

  /** Signs in again with the password alone: the token that the phone holds, dead as it may be, says which phone it is. Not yet stored. */
  async resume(session: Session, password: string): Promise<Session> {
    const key = await newKey()
    const answer = await this.plain('/v1/token', { refresh: session.refresh, password, key: await publicKey(key) })
    return { ...this.renewed(session, (await answer.json()) as Granted), key }
  }

  use(session: Session | null): void {
    this.session = session
  }

  /** A request with the bearer token; renews it once when the hub no longer takes it. Any answer but 401 is returned as it is. */
  async authorised(path: string, init: RequestInit = {}): Promise<Response> {
    for (let again = false; ; again = true) {
      const access = await this.access(again)
      const answer = await this.send(path, { ...init, headers: { ...init.headers, Authorization: `Bearer ${access}` } })
      if (answer.status !== 401) return answer
      const problem = await Problem.from(answer)
      if (again || problem.code === 'device_revoked') throw problem
    }
  }

  private async access(renew: boolean): Promise<string> {
    const session = this.session
    if (!session) throw new SessionEnded('not_enrolled')
    if (!renew && this.now() < session.access_until - MARGIN) return session.access
    this.renewal ??= this.renew(session).finally(() => {
      this.renewal = null
    })
    return this.renewal
  }

  /** Trades the refresh token for a new pair. The pair is on the disk before it is used: the old one dies at its first use. */
  private async renew(session: Session): Promise<string> {
    let answer: Response
    try {
      answer = await this.plain('/v1/token', { refresh: session.refresh, ...(await this.proof(session)) })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.code === 'device_revoked') throw error
      if (error.status === 401) throw new SessionEnded(error.code)
      // Another start of this app has renewed meanwhile; what it stored is used the next time.
      if (error.code === 'use_newer') await this.load()
      throw error
    }
    const next = this.renewed(session, (await answer.json()) as Granted)
    await this.store.write({ singles: { session: next } })
    this.session = next
    return next.access
  }

  /** Says that this phone is no copy, so that a token which it or the hub has lost does not end its session. */
  private async proof({ key, tenant, device, refresh, access, access_until }: Session): Promise<{ proof?: object }> {
    if (!key) return {}
    const end = endOf(access)
    // By the hub's clock, as far as the last token told it.
    const at = Math.round(this.now() - (end === null ? 0 : access_until - end))
    const message = new TextEncoder().encode(`warmline renewal 1\n${tenant.id}\n${device}\n${at}\n${refresh}`)
    return { proof: { tenant: tenant.id, device, at, signature: hex(await sign(key, message)) } }
  }

  private renewed(session: Session, granted: Granted): Session {
    return { ...session, refresh: granted.refresh, access: granted.access, access_until: this.ends(granted), hand_over_key: granted.hand_over_key ?? session.hand_over_key }
  }

  private async plain(path: string, body: unknown): Promise<Response> {
    const answer = await this.send(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
    if (!answer.ok) throw await Problem.from(answer)
    return answer
  }

  private async send(path: string, init: RequestInit): Promise<Response> {
    const silence = new AbortController()
    const stop = () => silence.abort()
    const timer = setTimeout(stop, SILENCE + (weightOf(init.body) / SLOWEST) * 1000)
    init.signal?.addEventListener('abort', stop, { once: true })
    try {
      const answer = await this.fetcher(path, { ...init, signal: silence.signal, cache: 'no-store', credentials: 'omit', redirect: 'error' })
      if (AWAY.has(answer.status)) throw new Unreachable(`${answer.status}`)
      return answer
    } catch (error) {
      throw error instanceof Unreachable ? error : new Unreachable(String(error))
    } finally {
      clearTimeout(timer)
    }
  }

  /** End of the access token by this phone's clock, however wrong that is: its lifetime counted from now. */
  private ends({ access, access_expires_at }: Granted): number {
    const lifetime = lifetimeOf(access)
    return lifetime === null ? access_expires_at : this.now() + lifetime
  }
}

const weightOf = (body: RequestInit['body']): number => (typeof body === 'string' ? body.length : ArrayBuffer.isView(body) ? body.byteLength : 0)

/** Milliseconds between the issue and the end of a token; `null` when it does not say. */
export function lifetimeOf(token: string): number | null {
  const { iat, exp } = claimsOf(token)
  return iat !== undefined && exp !== undefined && exp > iat ? (exp - iat) * 1000 : null
}

/** When a token ends by the hub's clock. */
const endOf = (token: string): number | null => {
  const { exp } = claimsOf(token)
  return exp === undefined ? null : exp * 1000
}

function claimsOf(token: string): { iat?: number; exp?: number } {
  try {
    const part = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    return JSON.parse(atob(part)) as { iat?: number; exp?: number }
  } catch {
    return {}
  }
}
