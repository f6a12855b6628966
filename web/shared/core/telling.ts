import type { Snapshot } from './api'
import type { WorkClock } from './clock'
import type { Errands } from './errands'
import type { Keeper } from './keeper'
import type { Left } from './left'
import type { Live } from './live'
import type { MediaLane } from './media'
import { unsent } from './outbox'
import { blank } from './shape'
import type { Shelf, Thing } from './shelf'
import type { Sync } from './sync'
import type { ReplicaStatus } from './views'

/** Between two reports to the page, in calm and while frames stream in, ms. */
const CALM = 60
const BUSY = 600

interface TellingParts {
  clock: WorkClock
  errands: Pick<Errands, 'all'>
  keeper: Keeper
  lane: MediaLane
  left: Left
  shelf: Shelf
  sync: Sync
  live: Live
  tell: (snapshot: Snapshot) => void
}

/** What the page is told of the phone: gathered from the lanes, and told after a short quiet. */
export class Telling {
  readonly snapshot: Snapshot = blank()
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly parts: TellingParts) {}

  /** The app is in another phase: told at once. */
  phase(phase: Snapshot['phase']): void {
    this.snapshot.phase = phase
    void this.tell()
  }

  /** The named things changed; a page that shows them asks again. */
  changed(...things: Thing[]): void {
    for (const thing of things) this.snapshot.rev = { ...this.snapshot.rev, [thing]: this.snapshot.rev[thing] + 1 }
    this.parts.shelf.changed(things)
    this.timer ??= setTimeout(() => void this.tell(), this.parts.sync.state.running ? BUSY : CALM)
  }

  /** What the office does not have yet. */
  async counted(): Promise<Snapshot['unsent']> {
    return unsent(await this.parts.shelf.visits(), this.parts.lane.unsent(), this.parts.left.all(), this.parts.errands.all())
  }

  private async tell(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    // A core that cannot be read has reported itself; the page still learns the rest.
    if (this.snapshot.phase === 'ready') await this.recount().catch(() => undefined)
    this.parts.tell(structuredClone(this.snapshot))
  }

  private async recount(): Promise<void> {
    const { clock, keeper, lane, sync, live } = this.parts
    const status = await keeper.read((replica) => JSON.parse(replica.status()) as ReplicaStatus)
    const waiting = lane.unsent()
    const { running, last_ok_at, error } = sync.state
    this.snapshot.clock = { offset: clock.offset, measured: status.clock_offset_ms === clock.offset }
    this.snapshot.sync = {
      running,
      error,
      live: live.isOpen,
      // By the office's clock, so that it stays true when the phone's is set.
      last_ok_at: clock.heardAt ?? (Math.max(last_ok_at ?? 0, status.last_sync_at ?? 0) || null),
      clock_offset_ms: status.clock_offset_ms,
    }
    this.snapshot.unsent = await this.counted()
    this.snapshot.aside = status.aside
    const total = this.snapshot.lane.sending ? Math.max(this.snapshot.lane.total, waiting.length) : waiting.length
    this.snapshot.lane = { ...lane.state, total, done: Math.max(0, total - waiting.length) }
  }
}
