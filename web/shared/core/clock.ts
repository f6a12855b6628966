import type { Singles, Store } from './store'

/** What the phone knows of its own clock. */
export interface KnownClock {
  /** Added to the phone's time, ms. */
  offset: number
  /** The hub's time at the last contact; 0 before it. */
  heard: number
}

/** No phone has worked for an office before this day: what is earlier is a flat battery. */
const FIRST_DAY = Date.UTC(2026, 10, 1)
const DAY = 24 * 3_600_000
/** A clock this far behind what is known is wrong. */
const BEHIND = DAY
/** And one this far ahead. */
const AHEAD = 5 * 365 * DAY
/** Below this a difference is left as it is: who and when are clear. */
export const EXACT = 2 * 60_000

/**
 * The time of the work. It is the phone's own as long as that can be right; once the hub has said how far it is off, that is
 * added; and a clock that cannot be right (a flat battery sets it to 1970) is replaced by an estimate that goes on from the
 * last time that is known. Whatever is not the phone's own time is marked in the record.
 */
export class WorkClock {
  private known: KnownClock = { offset: 0, heard: 0 }
  private started = false

  constructor(
    private readonly store: Pick<Store, 'single' | 'write'>,
    private readonly raw: () => number,
    private readonly changed: (doubted: boolean) => void,
  ) {}

  async start(): Promise<void> {
    this.known = (await this.store.single('clock')) ?? this.known
    this.started = true
    this.now()
    this.changed(this.doubted)
  }

  /** Now, as well as this phone can say. */
  now(): number {
    const raw = this.raw()
    if (!this.started || this.possible(raw + this.known.offset)) return raw + this.known.offset
    // The clock was set, by a flat battery or by its person.
    this.become({ ...this.known, offset: this.possible(raw) ? 0 : this.earliest() - raw })
    return raw + this.known.offset
  }

  /** Added to the phone's own time, ms. */
  get offset(): number {
    return this.known.offset
  }

  /** The hub's time at the last contact; `null` before it. */
  get heardAt(): number | null {
    return this.known.heard || null
  }

  /** The hub's time to the second, which differs from `now` by what is left as it is; `measured`: hub minus phone at the last round, ms. */
  hubNow(measured: number | null): number {
    const now = this.now()
    const left = this.known.offset === 0 && measured !== null && Math.abs(measured) <= EXACT
    return left ? now + measured : now
  }

  /** How far a moment of now is from what the phone shows, ms. */
  off(at: number): number {
    return at - this.raw()
  }

  /** Whether what `now` says is not the phone's own time. */
  get doubted(): boolean {
    return this.known.offset !== 0
  }

  /** The hub said its time; `off`: hub minus phone, ms. */
  heard(off: number): void {
    this.become({ offset: Math.abs(off) > EXACT ? off : 0, heard: this.raw() + off })
  }

  private earliest(): number {
    return Math.max(FIRST_DAY, this.known.heard)
  }

  private possible(at: number): boolean {
    return at > this.earliest() - BEHIND && at < this.earliest() + AHEAD
  }

  private become(known: Singles['clock']): void {
    const differs = known.offset !== this.known.offset
    this.known = known
    // Lost with the next write that fails: then it is measured or estimated again.
    void this.store.write({ singles: { clock: known } }).catch(() => undefined)
    if (differs) this.changed(this.doubted)
  }
}
