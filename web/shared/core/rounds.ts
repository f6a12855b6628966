import { backoff } from './backoff'
import type { Contacts } from './contacts'
import type { Errands } from './errands'
import type { Keeper } from './keeper'
import type { Live } from './live'
import type { MediaLane } from './media'
import { quietly } from './problem'
import type { Sync } from './sync'
import type { Telling } from './telling'
import type { ReplicaStatus } from './views'

/** Between two rounds while the app is in sight. */
const EVERY = 30_000
/** Quiet time after a save before it is sent, so that a burst of edits is one round. */
const SETTLE = 1_500

interface RoundsParts {
  keeper: Pick<Keeper, 'read'>
  sync: Sync
  contacts: Pick<Contacts, 'refresh'>
  errands: Pick<Errands, 'run'>
  lane: MediaLane
  live: Live
  telling: Telling
  /** A round went well though the session had ended: the office let the phone in again. */
  resumed: () => Promise<void>
  /** What of today's work is missing may be fetched now. */
  ahead: () => Promise<void>
  now: () => number
}

/** When the phone and the office talk: after a save, when the app comes into sight, and every now and then. */
export class Rounds {
  private visible = true
  private stopped = false
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly parts: RoundsParts) {}

  /** A round now, and the live channel with it; answers whether the office was reached. */
  async syncNow(): Promise<boolean> {
    const ok = await this.run()
    if (ok && this.visible && this.parts.telling.snapshot.released === null) this.parts.live.open()
    return ok
  }

  async run(): Promise<boolean> {
    clearTimeout(this.timer)
    const ok = await this.parts.sync.run()
    if (ok) {
      if (this.parts.telling.snapshot.session_ended !== null) await this.parts.resumed()
      // A phone that was taken out of use is given nothing.
      if (this.parts.telling.snapshot.released === null) {
        quietly(this.parts.contacts.refresh())
        quietly(this.parts.errands.run())
        quietly(this.parts.ahead())
      }
      quietly(this.photos())
    }
    this.schedule()
    return ok
  }

  /** Before photos go, those that a hub may have lost that was put back wait with them. */
  private async photos(): Promise<void> {
    const { keeper, lane } = this.parts
    const { timeline } = await keeper.read((replica) => JSON.parse(replica.status()) as ReplicaStatus)
    if (timeline) await lane.follow(timeline)
    await this.sendPhotos()
  }

  async sendPhotos(byHand = false): Promise<void> {
    const { lane } = this.parts
    const arrived = await lane.run(byHand)
    // The office counts what each phone still holds: it learns at once that nothing is left.
    if (arrived > 0 && lane.unsent().length === 0) await this.run()
  }

  /** Something was stored: send it after a short quiet. */
  saved(): void {
    clearTimeout(this.timer)
    // Out of sight the browser may freeze the app before the quiet is over.
    if (!this.visible) return quietly(this.run())
    this.timer = setTimeout(() => quietly(this.syncNow()), SETTLE)
  }

  /** The app came into sight or left it, or the network came back. */
  poke(why: 'visible' | 'hidden' | 'online'): void {
    const { live, telling } = this.parts
    this.visible = why === 'online' ? this.visible : why === 'visible'
    if (telling.snapshot.phase !== 'ready') return
    if (this.visible) {
      quietly(this.syncNow())
    } else {
      clearTimeout(this.timer)
      live.close()
      // The last chance before the browser freezes the app: what was just recorded goes out at once.
      quietly(telling.counted().then(({ changes }) => (changes > 0 ? this.run() : false)))
    }
  }

  stop(): void {
    const { sync, lane, live } = this.parts
    this.stopped = true
    sync.stop()
    lane.stop()
    live.close()
    clearTimeout(this.timer)
  }

  private schedule(): void {
    const { sync, lane, telling, now } = this.parts
    clearTimeout(this.timer)
    if (this.stopped || telling.snapshot.phase !== 'ready' || telling.snapshot.session_ended !== null || !this.visible) return
    const photo = lane.nextTry()
    const toPhoto = photo === null ? EVERY : Math.max(1_000, photo - now())
    const failed = sync.failures > 0 ? backoff(sync.failures, 4_000, EVERY) : EVERY
    this.timer = setTimeout(() => quietly(this.syncNow()), Math.min(EVERY, failed, toPhoto))
  }
}
