import { backoff } from '@shared/core/backoff'

/** What the hub names when something of it has changed. */
export type Topic = 'records' | 'people'
export const TOPICS: readonly Topic[] = ['records', 'people']

/** The hub says something every 15 s; a line that was silent this long is dead without either side knowing. */
const SILENCE_MS = 40_000

export interface LineParts {
  /** Asks for `/v1/office/live`. */
  open: (signal: AbortSignal) => Promise<Response>
  changed: (topics: readonly Topic[]) => void
  /** Whether the line stands; what changed while it did not has to be looked up. */
  stands: (now: boolean) => void
}

/** Cuts a stream into lines, which come in any pieces. */
export async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let kept = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const whole = (kept + decoder.decode(value, { stream: true })).split('\n')
      kept = whole.pop() ?? ''
      yield* whole
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** The topics of a word of the hub; all of them if a newer hub says something else. */
export const topicsOf = (word: string): readonly Topic[] => {
  try {
    const { changed } = JSON.parse(word) as { changed?: unknown }
    if (!Array.isArray(changed)) return TOPICS
    return changed.every((one) => TOPICS.includes(one as Topic)) ? (changed as Topic[]) : TOPICS
  } catch {
    return TOPICS
  }
}

/** Keeps the office's live channel open from `open()` to `close()`, whatever happens to it in between. */
export class Line {
  private wanted = false
  private failures = 0
  private line: AbortController | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly parts: LineParts) {}

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
    this.parts.stands(false)
  }

  private async listen(): Promise<void> {
    const line = new AbortController()
    this.line = line
    let silence = setTimeout(() => line.abort(), SILENCE_MS)
    let stood = false
    try {
      const answer = await this.parts.open(line.signal)
      if (!answer.body) throw new Error('no stream')
      for await (const word of lines(answer.body)) {
        if (this.line !== line) return
        this.failures = 0
        clearTimeout(silence)
        silence = setTimeout(() => line.abort(), SILENCE_MS)
        if (!stood) this.parts.stands((stood = true))
        const topics = topicsOf(word)
        if (topics.length) this.parts.changed(topics)
      }
    } catch {
      this.failures += 1
    } finally {
      clearTimeout(silence)
      if (this.line === line) {
        this.line = null
        this.parts.stands(false)
        if (this.wanted) this.again()
      }
    }
  }

  private again(): void {
    this.timer = setTimeout(
      () => {
        this.timer = undefined
        if (this.wanted) void this.listen()
      },
      this.failures ? backoff(this.failures, 1_000, 20_000) : 0,
    )
  }
}
