import { frames } from './frames'
import type { Hub } from './hub'
import type { Keeper } from './keeper'
import { sign } from './keys'
import { Problem, SessionEnded, told, Unreachable } from './problem'
import type { FrameEvent } from './views'

/** Bytes asked of the hub per round; halved when the line breaks, doubled back when a round comes whole. */
const MOST_WANTED = 512 * 1024
const LEAST_WANTED = 16 * 1024
/** An answer that began and then keeps silent this long is dead, ms. */
const SILENCE = 45_000
/** A hub that always says "more" without end would drain the battery. */
const MOST_ROUNDS = 500

export interface SyncState {
  running: boolean
  /** When a whole round last came back, by this phone's clock. */
  last_ok_at: number | null
  /** Why the last round failed; `null` after a good one. */
  error: { code: string; detail: string } | null
}

export interface SyncParts {
  hub: Pick<Hub, 'authorised' | 'current'>
  keeper: Pick<Keeper, 'read' | 'receive'>
  version: string
  unsentPhotos: () => number
  /** Offers again what was put aside and may pass now, when it is time. */
  offer: () => Promise<void>
  /** A frame changed what the phone keeps. */
  received: (event: FrameEvent) => void
  changed: () => void
  /** The hub turned this device away. */
  revoked: (problem: Problem) => void
  sessionEnded: (error: SessionEnded) => void
  /** A whole answer came: until when the phone may hand over, if the office took it out of use. */
  released: (until: number | null) => Promise<void>
  now?: () => number
}

/** The data lane: one round trip carries everything both ways, frame by frame, each stored before the next is read. */
export class Sync {
  readonly state: SyncState = { running: false, last_ok_at: null, error: null }
  /** Failed rounds since the last good one. */
  failures = 0
  private wanted = MOST_WANTED
  private running: Promise<boolean> | null = null
  private again = false
  private stopped = false

  constructor(private readonly parts: SyncParts) {}

  /** Runs rounds until the hub has no more and nothing new was recorded meanwhile; `true` when the last one came whole. */
  run(): Promise<boolean> {
    if (this.stopped || !this.parts.hub.current()) return Promise.resolve(false)
    if (this.running) {
      this.again = true
      return this.running
    }
    this.running = this.rounds().finally(() => {
      this.running = null
    })
    return this.running
  }

  stop(): void {
    this.stopped = true
  }

  private async rounds(): Promise<boolean> {
    this.state.running = true
    this.parts.changed()
    try {
      await this.parts.offer()
      for (let round = 0; round < MOST_ROUNDS && !this.stopped; round++) {
        this.again = false
        const more = await this.round()
        this.failures = 0
        this.state.last_ok_at = this.now()
        this.state.error = null
        this.wanted = Math.min(MOST_WANTED, this.wanted * 2)
        if (!more && !this.again) break
      }
      return true
    } catch (error) {
      this.failed(error)
      return false
    } finally {
      this.state.running = false
      this.parts.changed()
    }
  }

  /** One request and its frames; `true` when the hub has more to give. */
  private async round(): Promise<boolean> {
    const body = await this.signed(await this.parts.keeper.read((replica) => replica.request(this.wanted, this.now(), this.parts.version, this.parts.unsentPhotos())))
    const silence = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const heard = () => {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), SILENCE)
    }
    try {
      const answer = await this.parts.hub.authorised('/v1/sync', {
        method: 'POST',
        headers: { 'Content-Type': 'application/cbor' },
        body: new Uint8Array(body),
        signal: silence.signal,
      })
      if (!answer.ok) throw await Problem.from(answer)
      if (!answer.body) throw new Unreachable('no body')
      heard()
      return await this.take(answer.body, heard)
    } finally {
      clearTimeout(timer)
    }
  }

  /** The request, signed where this phone has a key and pushes something. */
  private async signed(body: Uint8Array): Promise<Uint8Array> {
    const session = this.parts.hub.current()
    const key = session?.key
    if (!session || !key) return body
    const message = await this.parts.keeper.read((replica) => replica.message(body, session.device))
    if (!message) return body
    const signature = await sign(key, message)
    return this.parts.keeper.read((replica) => replica.signed(body, signature))
  }

  private async take(stream: ReadableStream<Uint8Array>, heard: () => void): Promise<boolean> {
    let whole: FrameEvent | null = null
    const source = frames(stream, heard)
    for (;;) {
      const next = await source.next().catch((error: unknown) => {
        throw new Unreachable(String(error))
      })
      if (next.done) break
      const event = await this.parts.keeper.receive(next.value, this.now())
      this.parts.received(event)
      if (event.frame === 'end' || event.resync) whole = event
      if (event.frame === 'end') await this.parts.released(event.released_until ?? null)
    }
    if (!whole) throw new Unreachable('cut')
    return whole.more === true || whole.resync === true
  }

  private failed(error: unknown): void {
    this.failures += 1
    if (error instanceof Unreachable) this.wanted = Math.max(LEAST_WANTED, this.wanted / 2)
    this.state.error = told(error)
    if (error instanceof SessionEnded) this.parts.sessionEnded(error)
    else if (error instanceof Problem && error.code === 'signature_wrong') this.parts.sessionEnded(new SessionEnded(error.code))
    else if (error instanceof Problem && error.code === 'device_revoked') this.parts.revoked(error)
  }

  private now(): number {
    return (this.parts.now ?? Date.now)()
  }
}
