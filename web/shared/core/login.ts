import type { Contacts } from './contacts'
import type { Errands } from './errands'
import type { EnrolRequest, Hub } from './hub'
import type { Keeper } from './keeper'
import type { Left } from './left'
import type { Live } from './live'
import type { MediaLane } from './media'
import { quietly, type Problem } from './problem'
import type { Rounds } from './rounds'
import { profileOf, sessionJson } from './shape'
import type { Shelf } from './shelf'
import type { Session, Store } from './store'
import type { Telling } from './telling'

/** How long the order to delete is shown before it is carried out. */
const FAREWELL = 8_000

interface LoginParts {
  store: Store
  hub: Hub
  contacts: Contacts
  errands: Pick<Errands, 'clear'>
  keeper: Keeper
  lane: MediaLane
  left: Left
  shelf: Shelf
  live: Live
  telling: Telling
  rounds: Rounds
  now: () => number
}

/** Whose phone this is: enrolment, sign-out, and what the office orders about it. */
export class Login {
  constructor(private readonly parts: LoginParts) {}

  /** The person in whose name this phone records; refuses when there is none. */
  session(): Session {
    const session = this.parts.hub.current()
    if (!session) throw new Error('not_enrolled: ')
    return session
  }

  /** Goes on with a session that the phone has. */
  async begin(session: Session): Promise<void> {
    const { keeper, telling, rounds } = this.parts
    await keeper.change((replica) => replica.start_session(sessionJson(session)))
    telling.snapshot.profile = profileOf(session)
    telling.phase('ready')
    telling.changed('visits', 'tickets', 'reference', 'media')
    quietly(this.parts.left.take())
    quietly(rounds.syncNow())
  }

  async enrol(request: EnrolRequest): Promise<void> {
    const { store, hub, contacts, keeper, lane, shelf, telling } = this.parts
    const before = hub.current()
    const { session, contacts: known } = await hub.enrol(request, before && (await this.holdsWork()) ? before.person : null)
    const other = before !== null && before.person !== session.person
    if (other) {
      // What was recorded while the hub answered.
      if (await this.holdsWork()) throw new Error('other_person_unsent: ')
      await store.wipe()
      this.parts.errands.clear()
    }
    await store.write({ singles: { session, contacts: known, session_ended: undefined, released: undefined, settings: telling.snapshot.settings } })
    hub.use(session)
    contacts.use(known)
    shelf.clear()
    telling.snapshot.session_ended = null
    telling.snapshot.released = null
    if (other) {
      await keeper.restore()
      await lane.load()
    }
    await this.begin(session)
    await this.offer()
  }

  /** The same person signs in again with the password alone, on the phone that they had. */
  async resume(password: string): Promise<void> {
    const { store, hub, telling } = this.parts
    const session = await hub.resume(this.session(), password)
    await store.write({ singles: { session, session_ended: undefined } })
    hub.use(session)
    telling.snapshot.session_ended = null
    await this.begin(session)
    await this.offer()
  }

  /** What was put aside under the old sign-in may pass under this one. */
  private async offer(): Promise<void> {
    const { keeper, now } = this.parts
    await keeper.change((replica) => replica.offer(now()))
  }

  /** Whether something is on this phone that the office does not have. */
  private async holdsWork(): Promise<boolean> {
    const { telling, lane } = this.parts
    return (await telling.counted()).changes > 0 || lane.unsent().length > 0
  }

  async signOut(): Promise<void> {
    const waiting = await this.parts.telling.counted()
    if (waiting.changes > 0 || waiting.photos > 0) throw new Error('unsent: ')
    await this.forget()
    this.parts.telling.phase('enrol')
  }

  /** The office took the phone out of use, or ordered its data to be deleted. */
  async revoked(problem: Problem): Promise<void> {
    const { store, live, telling, rounds } = this.parts
    if (!problem.wipe) return this.end('device_revoked')
    await store.write({ singles: { wipe: true } })
    live.close()
    telling.phase('wiping')
    await new Promise((done) => setTimeout(done, FAREWELL))
    await this.forget()
    rounds.stop()
    telling.phase('wiped')
  }

  /** The office took the phone out of use because its person left: it hands over what it holds, and hears nothing. */
  async released(until: number | null): Promise<void> {
    const { store, live, telling } = this.parts
    if (telling.snapshot.released === until) return
    await store.write({ singles: { released: until ?? undefined } })
    telling.snapshot.released = until
    if (until !== null) live.close()
    telling.changed()
  }

  /** The session can no longer be renewed; the phone keeps recording. */
  async end(code: string): Promise<void> {
    const { store, live, telling } = this.parts
    await store.write({ singles: { session_ended: code } })
    telling.snapshot.session_ended = code
    live.close()
    telling.changed()
  }

  /** The office let the phone in again. */
  async resumed(): Promise<void> {
    await this.parts.store.write({ singles: { session_ended: undefined } })
    this.parts.telling.snapshot.session_ended = null
  }

  private async forget(): Promise<void> {
    const { store, hub, contacts, keeper, lane, shelf, telling } = this.parts
    await store.wipe()
    this.parts.errands.clear()
    shelf.clear()
    hub.use(null)
    contacts.use(null)
    telling.snapshot.profile = null
    telling.snapshot.session_ended = null
    telling.snapshot.released = null
    telling.snapshot.sync = { ...telling.snapshot.sync, last_ok_at: null, error: null }
    await keeper.restore()
    await lane.load()
    telling.changed('visits', 'tickets', 'reference', 'media')
  }
}
