import { backoff } from './backoff'
import { frames } from './frames'
import type { Hub } from './hub'
import type { Keeper } from './keeper'
import type { FrameEvent } from './views'

/** A line that was silent this long is opened anew: it may be dead without either side knowing. */
const SILENCE = 240_000

export interface LiveParts {
  hub: Pick<Hub, 'authorised' | 'current'>
  keeper: Pick<Keeper, 'read' | 'receive'>
  /** A frame changed what the phone keeps. */
  received: (event: FrameEvent) => void
  /** The hub left something out of the stream; the phone has to ask. */
  poked: () => void
  changed: () => void
  now?: () => number
}

/**
 * Listens while the app is in sight: the same frames as an answer to `/v1/sync`, from where the phone stands. Both
 * streams go on without a gap from a cursor the core had, so either may move it.
 */
export class Live {
  isOpen = false
  private wanted = false
  private failures = 0
  private line: AbortController | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly parts: LiveParts) {}

  open(): void {
    this.wanted = true
    if (!this.line && !this.timer) void this.listen()
  }

  close(): void {
    this.wanted = false
    clearTimeout(this.timer)
    this.timer = undefined
    this.line?.abort()
    this.line = null
  }

  private async listen(): Promise<void> {
    if (!this.parts.hub.current()) return
    const line = new AbortController()
    this.line = line
    let silence = setTimeout(() => line.abort(), SILENCE)
    try {
      const cursor = await this.parts.keeper.read((replica) => replica.cursor())
      const answer = await this.parts.hub.authorised(`/v1/live${cursor ? `?cursor=${cursor}` : ''}`, { signal: line.signal })
      if (!answer.ok || !answer.body) throw new Error(`${answer.status}`)
      this.is(true)
      const heard = () => {
        this.failures = 0
        clearTimeout(silence)
        silence = setTimeout(() => line.abort(), SILENCE)
      }
      for await (const frame of frames(answer.body, heard)) {
        const event = await this.parts.keeper.receive(frame, (this.parts.now ?? Date.now)())
        this.parts.received(event)
        if (event.poke || event.resync || event.more) this.parts.poked()
      }
    } catch {
      this.failures += 1
    } finally {
      clearTimeout(silence)
      this.is(false)
      if (this.line === line) this.line = null
    }
    if (this.wanted && !this.line) {
      this.timer = setTimeout(() => {
        this.timer = undefined
        if (this.wanted) void this.listen()
      }, backoff(Math.max(1, this.failures), 2_000, 120_000))
    }
  }

  private is(open: boolean): void {
    if (this.isOpen === open) return
    this.isOpen = open
    this.parts.changed()
  }
}
