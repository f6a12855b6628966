import type { ClocksPage } from './api'
import type { WorkClock } from './clock'
import type { Keeper } from './keeper'
import type { ReplicaStatus, TicketClocks } from './views'

/** From here on a moment is not the one that the phone showed, ms; the same as the core's. */
const TOLD_FROM = 60_000

/** How long counted clocks are shown, ms: less than a page waits until it asks again. */
const GOOD = 15_000

/** The hub's time on this phone, and the clocks that run by it. */
export class Timing {
  private kept: (ClocksPage & { version: number }) | null = null

  constructor(
    private readonly keeper: Pick<Keeper, 'read'>,
    private readonly clock: WorkClock,
    /** Moves with every change of what is on the phone. */
    private readonly version: () => number,
  ) {}

  /** The clocks of all tickets as they stand now; those of a moment ago are as good, and are not counted again for every key. */
  async clocks(): Promise<ClocksPage> {
    const measured = await this.measured()
    const at = this.clock.hubNow(measured)
    const version = this.version()
    if (this.kept?.version === version && Math.abs(at - this.kept.at) < GOOD) return this.kept
    // The core puts the phone's time right by what was measured.
    const tickets = await this.keeper.read((replica) => JSON.parse(replica.clocks(at - (measured ?? 0))) as TicketClocks[])
    this.kept = { at, tickets, version }
    return this.kept
  }

  /** When something is done now, and whether the phone shows another minute. */
  async moment(): Promise<{ at: number; corrected: boolean }> {
    const at = Math.round(this.clock.hubNow(await this.measured()))
    return { at, corrected: Math.abs(this.clock.off(at)) > TOLD_FROM }
  }

  /** Hub minus phone at the last round, ms. */
  private measured(): Promise<number | null> {
    return this.keeper.read((replica) => (JSON.parse(replica.status()) as ReplicaStatus).clock_offset_ms)
  }
}
