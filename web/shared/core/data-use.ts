import { dateText } from '../time'
import type { Store } from './store'

/** What this phone sent in a month, bytes. */
export interface DataSent {
  /** `2026-11`, by the clock of the work. */
  month: string
  text: number
  photos: number
}

/** Written this long after a request, ms: a photo goes up in many. */
const SETTLE = 2_000

/** Counts what requests carry up; what the network adds around it is not known here. A try that fails counts: it was paid for. */
export class DataUse {
  private sent: DataSent | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly store: Pick<Store, 'single' | 'write'>,
    private readonly now: () => number,
  ) {}

  async load(): Promise<void> {
    this.sent = (await this.store.single('sent')) ?? null
  }

  /** This month's. */
  month(): DataSent {
    const month = dateText(this.now()).slice(0, 7)
    return this.sent?.month === month ? this.sent : { month, text: 0, photos: 0 }
  }

  /** Sends as `fetcher` does, and counts. */
  counting(fetcher: typeof fetch): typeof fetch {
    return (input, init) => {
      const bytes = weight(init?.body)
      if (bytes) this.add(String(input).includes('/v1/media/') ? 'photos' : 'text', bytes)
      return fetcher(input, init)
    }
  }

  private add(kind: 'text' | 'photos', bytes: number): void {
    const sent = this.month()
    this.sent = { ...sent, [kind]: sent[kind] + bytes }
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      // The window that writes now counts for itself.
      if (this.sent) void this.store.write({ singles: { sent: this.sent } }).catch(() => undefined)
    }, SETTLE)
  }
}

function weight(body: BodyInit | null | undefined): number {
  if (typeof body === 'string') return new TextEncoder().encode(body).byteLength
  if (body instanceof Blob) return body.size
  return body instanceof ArrayBuffer || ArrayBuffer.isView(body) ? body.byteLength : 0
}
