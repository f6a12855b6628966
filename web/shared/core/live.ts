import { backoff } from './backoff'
import { frames } from './frames'
import type { Hub } from './hub'

/** The hub sends something at least this often; a longer silence means the line is dead. */
const SILENCE = 90_000

export interface LiveParts {
  hub: Pick<Hub, 'authorised' | 'current'>
  /** The hub has something new. */
  poked: () => void
  changed: () => void
}

/**
 * Listens while the app is in sight. A frame here only says that there is something new: the phone then asks by the one
 * way that carries its cursor, so nothing can be skipped between two streams.
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
      const answer = await this.parts.hub.authorised('/v1/live', { signal: line.signal })
      if (!answer.ok || !answer.body) throw new Error(`${answer.status}`)
      this.is(true)
      const heard = () => {
        this.failures = 0
        clearTimeout(silence)
        silence = setTimeout(() => line.abort(), SILENCE)
      }
      for await (const frame of frames(answer.body, heard)) if (frame.length > 0) this.parts.poked()
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
