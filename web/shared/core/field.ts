import type { Batch, Replica } from '@wasm/core_wasm.js'
import { backoff } from './backoff'
import type { FieldApi, OutboxPage, PhotoAsked, RecordRow, Snapshot, TasksAsked, TasksPage, TicketPage, VisitPage } from './api'
import { Album } from './album'
import { archive } from './archive'
import { Hub, type EnrolRequest } from './hub'
import { Keeper } from './keeper'
import { Live } from './live'
import { MediaLane } from './media'
import { tasksPage, unsent } from './outbox'
import { PhotoRefused, prepared, type Shot } from '../photo'
import { faultOf, Problem } from './problem'
import { blank, fresh, photoFields, profileOf, sessionJson } from './shape'
import type { Session, Settings, Store } from './store'
import { Shelf } from './shelf'
import { Sync } from './sync'
import { ulid } from '../ulid'
import type { Edit, FrameEvent, Reference, ReplicaStatus } from './views'

/** Between two rounds while the app is in sight. */
const EVERY = 30_000
/** Quiet time after a save before it is sent, so that a burst of edits is one round. */
const SETTLE = 1_500
/** How long the order to delete is shown before it is carried out. */
const FAREWELL = 8_000
/** Between two reports to the page, in calm and while frames stream in, ms. */
const CALM = 60
const BUSY = 600
/** Room that must be left beside a photo, so that the record itself can still be written, bytes. */
const SPARE = 4 * 1024 * 1024

export interface FieldParts {
  store: Store
  fresh: () => Replica
  /** The core trapped; this worker has to be replaced. */
  broken: (error: Error) => void
  version: string
  tell: (snapshot: Snapshot) => void
  /** Makes a camera file into what is kept. */
  shoot?: (file: Blob, lines: string[]) => Promise<Shot>
  /** Kind of network when the browser knows it. */
  network?: () => string | undefined
  fetcher?: typeof fetch
  now?: () => number
}

/** For work that nobody waits for: what failed is told by the states of the lanes, or tried again. */
function quietly(work: Promise<unknown>): void {
  work.catch(() => undefined)
}

/** The field app behind its screens: owns the core, the store and the three lanes to the hub. */
export class Field implements Omit<FieldApi, 'takeOver'> {
  private readonly hub: Hub
  private readonly keeper: Keeper
  private readonly lane: MediaLane
  private readonly shelf: Shelf
  private readonly album: Album
  private readonly sync: Sync
  private readonly live: Live
  private readonly snapshot: Snapshot
  private visible = true
  private stopped = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private telling: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly parts: FieldParts) {
    const { store, version } = parts
    this.snapshot = blank()
    this.hub = new Hub(store, version, () => this.now(), parts.fetcher)
    this.keeper = new Keeper(store, parts.fresh, parts.broken)
    this.lane = new MediaLane({
      store,
      send: (path, init) => this.hub.authorised(path, init),
      allowed: () => this.photosAllowed(),
      changed: () => this.changed('media'),
      now: () => this.now(),
    })
    this.shelf = new Shelf(this.keeper, (sha256) => this.lane.row(sha256), () => this.hub.current()?.person ?? '')
    this.album = new Album(store, this.hub, this.lane)
    this.sync = new Sync({
      hub: this.hub,
      keeper: this.keeper,
      version,
      unsentPhotos: () => this.lane.unsent().length,
      received: (event) => this.received(event),
      changed: () => this.changed(),
      revoked: (problem) => quietly(this.revoked(problem)),
      sessionEnded: (error) => quietly(this.endSession(error.code)),
      now: () => this.now(),
    })
    this.live = new Live({
      hub: this.hub,
      keeper: this.keeper,
      received: (event) => this.received(event),
      poked: () => quietly(this.round()),
      changed: () => this.changed(),
      now: () => this.now(),
    })
  }

  /** Brings the app up from what is stored. */
  async start(): Promise<void> {
    const { store } = this.parts
    if (await store.single('wipe')) {
      await store.wipe()
      return this.phase('wiped')
    }
    this.snapshot.settings = (await store.single('settings')) ?? this.snapshot.settings
    this.snapshot.session_ended = (await store.single('session_ended')) ?? null
    const session = await this.hub.load()
    try {
      this.snapshot.damaged = (await this.keeper.restore()).damaged
    } catch (error) {
      this.snapshot.fault = faultOf(error)
      return this.phase('broken')
    }
    await this.lane.load()
    if (!session) return this.phase('enrol')
    await this.keeper.change((replica) => replica.start_session(sessionJson(session)))
    this.ready(session)
  }

  /** Another window took over, or the app is being closed. */
  stop(phase: Snapshot['phase']): void {
    this.stopped = true
    this.sync.stop()
    this.lane.stop()
    this.live.close()
    clearTimeout(this.timer)
    this.phase(phase)
  }

  async enrol(request: EnrolRequest): Promise<void> {
    const before = this.hub.current()
    const session = await this.hub.enrol(request)
    const other = before !== null && before.person !== session.person
    if (other) {
      if ((await this.counted()).changes > 0 || this.lane.unsent().length > 0) throw new Error('other_person_unsent: ')
      await this.parts.store.wipe()
    }
    await this.parts.store.write({ singles: { session, session_ended: undefined, settings: this.snapshot.settings } })
    this.hub.use(session)
    this.shelf.clear()
    this.snapshot.session_ended = null
    if (other) {
      await this.keeper.restore()
      await this.lane.load()
    }
    await this.keeper.change((replica) => replica.start_session(sessionJson(session)))
    this.ready(session)
  }

  async tasks(asked: TasksAsked): Promise<TasksPage> {
    return tasksPage(await this.shelf.tickets(), await this.shelf.records(), asked)
  }

  async ticket(id: string): Promise<TicketPage | null> {
    const ticket = await this.shelf.ticket(id)
    return ticket ? { ticket, visits: (await this.shelf.records()).filter((record) => record.ticket === id) } : null
  }

  records(): Promise<RecordRow[]> {
    return this.shelf.records()
  }

  reference(): Promise<Reference> {
    return this.keeper.read((replica) => JSON.parse(replica.reference()) as Reference)
  }

  async visit(doc: string): Promise<VisitPage | null> {
    const known = await this.shelf.row(doc)
    return known ? this.shelf.page(doc) : null
  }

  /** Begins a visit for a ticket, with this person in it and the ticket's address filled in. */
  async createVisit(ticket: string): Promise<string> {
    const session = this.session()
    const address = (await this.shelf.ticket(ticket))?.address ?? ''
    const doc = ulid(this.now())
    const me: Edit = { edit: 'put_entry', collection: 'participants', id: ulid(this.now()), fields: { user: session.person, role: session.role, joined_at: this.now() } }
    const place: Edit[] = address ? [{ edit: 'set_field', field: 'address', value: [...address].slice(0, 200).join('') }] : []
    await this.keeper.change((replica): Batch => {
      const now = this.now()
      return [replica.create_visit(doc, ticket, now), ...[me, ...place].map((edit) => replica.edit(doc, JSON.stringify(edit), now))].flat()
    })
    this.saved()
    return doc
  }

  async edit(doc: string, edit: Edit): Promise<VisitPage> {
    const taken = edit.edit === 'remove_entry' || edit.edit === 'restore_entry'
    const rows = taken && edit.collection === 'photos' ? this.lane.removing(doc, edit.id, edit.edit === 'remove_entry') : []
    const signed = edit.edit === 'mark' ? { ...edit, by: this.session().person } : edit
    await this.keeper.change((replica) => replica.edit(doc, JSON.stringify(signed), this.now()), { media: rows })
    this.lane.stored(rows)
    this.saved()
    return this.shelf.page(doc)
  }

  /** Keeps a photo: its bytes, its small picture and its place in the visit are stored in one transaction. */
  async addPhoto(doc: string, file: Blob, asked: PhotoAsked): Promise<VisitPage> {
    const shot = await (this.parts.shoot ?? prepared)(file, asked.lines)
    if (!(await this.parts.store.hasRoom(shot.bytes.byteLength + SPARE))) throw new PhotoRefused('storage_full')
    const photo = ulid(this.now())
    const urgent = await this.shelf.isUrgent(doc)
    const row = this.lane.using(shot.sha256, { doc, photo }, () => fresh(shot, this.now(), urgent))
    const edit: Edit = { edit: 'put_entry', collection: 'photos', id: photo, fields: photoFields(photo, shot, asked) }
    await this.keeper.change((replica) => replica.edit(doc, JSON.stringify(edit), this.now()), {
      media: [row],
      bytes: [{ sha256: shot.sha256, bytes: shot.bytes }],
      thumbs: [{ sha256: shot.sha256, bytes: shot.thumb }],
    })
    this.lane.stored([row])
    this.saved()
    return this.shelf.page(doc)
  }

  thumb(sha256: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.album.thumb(sha256)
  }

  picture(sha256: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.album.picture(sha256)
  }

  async outbox(): Promise<OutboxPage> {
    const records = await this.shelf.records()
    const byDoc = new Map(records.map((record) => [record.doc, record]))
    return {
      visits: records.filter((record) => record.queued > 0),
      quarantined: records.filter((record) => record.quarantined > 0),
      photos: this.lane.unsent().map((row) => {
        const record = row.uses.map((use) => byDoc.get(use.doc)).find((found) => found)
        return { ...row, ticket_no: record?.ticket_no ?? '', place: record?.place ?? '' }
      }),
    }
  }

  async syncNow(): Promise<boolean> {
    const ok = await this.round()
    if (ok && this.visible) this.live.open()
    return ok
  }

  async sendPhotosNow(): Promise<void> {
    await this.sendPhotos(true)
  }

  retryPhoto(sha256: string): Promise<void> {
    return this.lane.retry(sha256)
  }

  async settings(settings: Settings): Promise<void> {
    await this.parts.store.write({ singles: { settings } })
    this.snapshot.settings = settings
    this.changed()
    quietly(this.sendPhotos())
  }

  freeSentPhotos(): Promise<number> {
    return this.album.freeSent()
  }

  exportUnsent(readme: string): Promise<Blob> {
    return archive({ readme, store: this.parts.store, shelf: this.snapshot.phase === 'ready' ? this.shelf : null, photos: this.lane.unsent() })
  }

  async signOut(): Promise<void> {
    const waiting = await this.counted()
    if (waiting.changes > 0 || waiting.photos > 0) throw new Error('unsent: ')
    await this.forget()
    this.phase('enrol')
  }

  poke(why: 'visible' | 'hidden' | 'online'): Promise<void> {
    this.visible = why === 'online' ? this.visible : why === 'visible'
    if (this.snapshot.phase !== 'ready') return Promise.resolve()
    if (this.visible) {
      quietly(this.syncNow())
    } else {
      clearTimeout(this.timer)
      this.live.close()
      // The last chance before the browser freezes the app: what was just recorded goes out at once.
      if (this.snapshot.unsent.changes > 0) quietly(this.round())
    }
    return Promise.resolve()
  }

  // ---- lanes ----

  private async round(): Promise<boolean> {
    clearTimeout(this.timer)
    const ok = await this.sync.run()
    if (ok) {
      if (this.snapshot.session_ended !== null) await this.resumeSession()
      quietly(this.sendPhotos())
    }
    this.schedule()
    return ok
  }

  private async sendPhotos(byHand = false): Promise<void> {
    const arrived = await this.lane.run(byHand)
    // The office counts what each phone still holds: it learns at once that nothing is left.
    if (arrived > 0 && this.lane.unsent().length === 0) await this.round()
  }

  private schedule(): void {
    clearTimeout(this.timer)
    if (this.stopped || this.snapshot.phase !== 'ready' || this.snapshot.session_ended !== null || !this.visible) return
    const photo = this.lane.nextTry()
    const toPhoto = photo === null ? EVERY : Math.max(1_000, photo - this.now())
    const failed = this.sync.failures > 0 ? backoff(this.sync.failures, 4_000, EVERY) : EVERY
    this.timer = setTimeout(() => quietly(this.syncNow()), Math.min(EVERY, failed, toPhoto))
  }

  private received(event: FrameEvent): void {
    if (event.frame === 'reference') this.changed('reference')
    else if (event.frame !== 'end' && event.frame !== 'poke') this.changed('visits', 'tickets')
  }

  /** Something was stored: tell the screens, and send it after a short quiet. */
  private saved(): void {
    this.changed('visits')
    clearTimeout(this.timer)
    this.timer = setTimeout(() => quietly(this.syncNow()), SETTLE)
  }

  private photosAllowed(): boolean {
    if (!this.snapshot.settings.wifi_only) return true
    const kind = this.parts.network?.()
    return kind === 'wifi' || kind === 'ethernet'
  }

  private async revoked(problem: Problem): Promise<void> {
    if (!problem.wipe) return this.endSession('device_revoked')
    await this.parts.store.write({ singles: { wipe: true } })
    this.live.close()
    this.phase('wiping')
    await new Promise((done) => setTimeout(done, FAREWELL))
    await this.forget()
    this.stop('wiped')
  }

  private async endSession(code: string): Promise<void> {
    await this.parts.store.write({ singles: { session_ended: code } })
    this.snapshot.session_ended = code
    this.live.close()
    this.changed()
  }

  /** The office let the phone in again. */
  private async resumeSession(): Promise<void> {
    await this.parts.store.write({ singles: { session_ended: undefined } })
    this.snapshot.session_ended = null
  }

  private async forget(): Promise<void> {
    await this.parts.store.wipe()
    this.shelf.clear()
    this.hub.use(null)
    this.snapshot.profile = null
    this.snapshot.session_ended = null
    this.snapshot.sync = { ...this.snapshot.sync, last_ok_at: null, error: null }
    await this.keeper.restore()
    await this.lane.load()
    this.changed('visits', 'tickets', 'reference', 'media')
  }

  private session(): Session {
    const session = this.hub.current()
    if (!session) throw new Error('not_enrolled: ')
    return session
  }

  // ---- telling ----

  private ready(session: Session): void {
    this.snapshot.profile = profileOf(session)
    this.phase('ready')
    this.changed('visits', 'tickets', 'reference', 'media')
    quietly(this.syncNow())
  }

  private phase(phase: Snapshot['phase']): void {
    this.snapshot.phase = phase
    void this.tell()
  }

  private changed(...things: (keyof Snapshot['rev'])[]): void {
    for (const thing of things) this.snapshot.rev = { ...this.snapshot.rev, [thing]: this.snapshot.rev[thing] + 1 }
    this.shelf.changed(things)
    this.telling ??= setTimeout(() => void this.tell(), this.sync.state.running ? BUSY : CALM)
  }

  private async tell(): Promise<void> {
    clearTimeout(this.telling)
    this.telling = undefined
    // A core that cannot be read has reported itself; the page still learns the rest.
    if (this.snapshot.phase === 'ready') await this.recount().catch(() => undefined)
    this.parts.tell(structuredClone(this.snapshot))
  }

  private async recount(): Promise<void> {
    const status = await this.keeper.read((replica) => JSON.parse(replica.status()) as ReplicaStatus)
    const waiting = this.lane.unsent()
    const { running, last_ok_at, error } = this.sync.state
    this.snapshot.sync = {
      running,
      error,
      live: this.live.isOpen,
      last_ok_at: Math.max(last_ok_at ?? 0, status.last_sync_at ?? 0) || null,
      clock_offset_ms: status.clock_offset_ms,
    }
    this.snapshot.unsent = await this.counted()
    this.snapshot.quarantined = status.quarantined
    const total = this.snapshot.lane.sending ? Math.max(this.snapshot.lane.total, waiting.length) : waiting.length
    this.snapshot.lane = { ...this.lane.state, total, done: Math.max(0, total - waiting.length) }
  }

  private async counted(): Promise<Snapshot['unsent']> {
    return unsent(await this.shelf.visits(), this.lane.unsent())
  }

  private now(): number {
    return (this.parts.now ?? Date.now)()
  }
}
