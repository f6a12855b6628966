import { backoff } from './backoff'
import { Problem, told } from './problem'
import type { MediaRow, Store } from './store'
import { upload, type Send } from './upload'

/** Answers that will not change however often the same bytes are sent. */
const FINAL = new Set(['media_too_large', 'media_type_refused', 'picture_too_large'])
/** A damaged transfer may be cured by sending anew; this often it is tried. */
const MOST_MISMATCHES = 3

/** Why photos that could go are not going. */
export type Held = 'wifi' | null

export interface Lane {
  /** Photo on its way, if any. */
  sending: string | null
  held: Held
}

export interface MediaLaneParts {
  store: Store
  send: Send
  /** `true` when this network may carry photos that are not urgent. */
  allowed: () => boolean
  /** Records of which nothing is sent: they were discarded. */
  idle?: () => Promise<ReadonlySet<string>>
  changed: () => void
  now?: () => number
  chance?: () => number
}


/**
 * The photos' own way up: one at a time, each with its own state and its own waiting time. A photo that fails steps
 * aside for the others; an unreachable hub pauses the lane. Records never wait for it.
 */
export class MediaLane {
  readonly state: Lane = { sending: null, held: null }
  private rows = new Map<string, MediaRow>()
  private running: Promise<number> | null = null
  private again = false
  private override = false
  private stopped = false
  private idle: ReadonlySet<string> = new Set()

  constructor(private readonly parts: MediaLaneParts) {}

  async load(): Promise<void> {
    this.rows = new Map((await this.parts.store.media()).map((row) => [row.sha256, row]))
  }

  /** Looks which records were discarded by now, or taken up again. */
  async look(): Promise<void> {
    this.idle = (await this.parts.idle?.().catch(() => undefined)) ?? this.idle
  }

  all(): MediaRow[] {
    return [...this.rows.values()].sort((a, b) => a.created_at - b.created_at)
  }

  row(sha256: string): MediaRow | undefined {
    return this.rows.get(sha256)
  }

  /** Photos still to be confirmed by the office, the refused ones among them: they need a person. */
  unsent(): MediaRow[] {
    return this.all().filter((row) => row.state !== 'sent' && this.used(row))
  }

  private used({ uses }: MediaRow): boolean {
    return uses.some((use) => !use.removed && !this.idle.has(use.doc))
  }

  private wanted(row: MediaRow): boolean {
    return row.state === 'waiting' && row.kept && this.used(row)
  }

  /** The row for one more use of a picture. */
  using(sha256: string, use: { doc: string; photo: string }, fresh: () => MediaRow): MediaRow {
    const known = this.rows.get(sha256)
    const row = known ? { ...known, uses: [...known.uses.filter((u) => u.photo !== use.photo)] } : fresh()
    row.uses.push({ ...use, removed: false })
    return row
  }

  /** The rows that change when photo `photo` of `doc` is taken out or put back. */
  removing(doc: string, photo: string, removed: boolean): MediaRow[] {
    return this.all()
      .filter((row) => row.uses.some((use) => use.doc === doc && use.photo === photo && use.removed !== removed))
      .map((row) => ({ ...row, uses: row.uses.map((use) => (use.doc === doc && use.photo === photo ? { ...use, removed } : use)) }))
  }

  /** Takes rows over that the caller has stored. */
  stored(rows: MediaRow[]): void {
    for (const row of rows) this.rows.set(row.sha256, row)
    if (rows.length) this.parts.changed()
  }

  /**
   * Sends what waits; answers how many photos arrived. `byHand` ignores the waiting times and the Wi-Fi rule, because
   * the person asked.
   */
  run(byHand = false): Promise<number> {
    if (this.stopped) return Promise.resolve(0)
    if (byHand) this.override = true
    if (this.running) {
      this.again = true
      return this.running
    }
    // A photo whose state cannot be stored stays as it was, and is tried again later.
    const pass = this.pass().catch(() => 0)
    this.running = pass.finally(() => {
      this.running = null
      this.override = false
      if (this.again) {
        this.again = false
        void this.run()
      }
    })
    return this.running
  }

  stop(): void {
    this.stopped = true
  }

  /** When the next waiting photo may be tried again; `null` when none waits for its time. */
  nextTry(): number | null {
    const times = this.all().filter((row) => this.wanted(row)).map((row) => row.next_at)
    return times.length ? Math.min(...times) : null
  }

  /**
   * The hub tells this history. When it is another one than before, the hub was put back and may have lost photos: all
   * that are still here wait again. Asking costs one request each, and what the hub has is not sent twice.
   */
  async follow(timeline: string): Promise<void> {
    const { store } = this.parts
    const before = await store.single('photos_timeline')
    if (before === timeline) return
    const again = before === undefined ? [] : this.all().filter((row) => row.state === 'sent' && row.kept)
    const rows = again.map((row): MediaRow => ({ ...row, state: 'waiting', offset: 0, tries: 0, next_at: 0, error: null, sent_at: null }))
    // In one transaction: a phone that stops in between begins anew.
    await store.write({ media: rows, singles: { photos_timeline: timeline } })
    this.stored(rows)
  }

  /** Gives a refused or waiting photo another chance at once. */
  async retry(sha256: string): Promise<void> {
    const row = this.rows.get(sha256)
    if (!row || row.state === 'sent') return
    await this.keep({ ...row, state: 'waiting', tries: 0, next_at: 0, error: null })
    void this.run(true)
  }

  private async pass(): Promise<number> {
    const tried = new Set<string>()
    await this.look()
    for (;;) {
      const row = this.next(tried)
      if (!row || this.stopped) break
      tried.add(row.sha256)
      if (!(await this.one(row))) break
    }
    return [...tried].filter((sha256) => this.rows.get(sha256)?.state === 'sent').length
  }

  private next(tried: Set<string>): MediaRow | undefined {
    const ready = this.all().filter((row) => this.wanted(row) && !tried.has(row.sha256) && (this.override || row.next_at <= this.now()))
    const free = this.override || this.parts.allowed() ? ready : ready.filter((row) => row.urgent)
    const held: Held = ready.length > free.length ? 'wifi' : null
    if (held !== this.state.held) {
      this.state.held = held
      this.parts.changed()
    }
    return free.sort((a, b) => Number(b.urgent) - Number(a.urgent) || a.tries - b.tries || a.created_at - b.created_at)[0]
  }

  /** Sends one photo; `false` when the hub cannot be reached and the others need not try. */
  private async one(row: MediaRow): Promise<boolean> {
    const { sha256 } = row
    this.state.sending = sha256
    this.parts.changed()
    try {
      const bytes = await this.parts.store.bytes(sha256)
      if (!bytes) {
        await this.keep({ ...row, kept: false, state: 'refused', error: 'photo_missing' })
        return true
      }
      await upload(sha256, new Uint8Array(bytes), this.parts.send, (offset) => this.progress(sha256, offset))
      await this.keep({ ...this.latest(row), state: 'sent', offset: row.size, tries: 0, error: null, sent_at: this.now() })
      return true
    } catch (error) {
      return this.failed(this.latest(row), error)
    } finally {
      this.state.sending = null
      this.parts.changed()
    }
  }

  private async failed(row: MediaRow, error: unknown): Promise<boolean> {
    const { code } = told(error)
    const tries = row.tries + 1
    const final = FINAL.has(code) || (code === 'hash_mismatch' && tries >= MOST_MISMATCHES)
    const asked = error instanceof Problem && error.retryAfter ? error.retryAfter * 1000 : 0
    const wait = Math.max(asked, backoff(tries, 2_000, 300_000, this.parts.chance?.()))
    await this.keep({
      ...row,
      state: final ? 'refused' : 'waiting',
      offset: code === 'hash_mismatch' ? 0 : row.offset,
      tries,
      next_at: final ? 0 : this.now() + wait,
      error: code,
    })
    return error instanceof Problem && error.status !== 401
  }

  private async progress(sha256: string, offset: number): Promise<void> {
    const row = this.rows.get(sha256)
    if (!row) return
    await this.keep({ ...row, offset, tries: offset > row.offset ? 0 : row.tries })
  }

  private latest(row: MediaRow): MediaRow {
    return this.rows.get(row.sha256) ?? row
  }

  private async keep(row: MediaRow): Promise<void> {
    await this.parts.store.write({ media: [row] })
    this.stored([row])
  }

  private now(): number {
    return (this.parts.now ?? Date.now)()
  }
}

