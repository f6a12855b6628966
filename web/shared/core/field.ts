import type { Replica } from '@wasm/core_wasm.js'
import type { Shot } from '../photo'
import { Album } from './album'
import { Beginning } from './beginning'
import { WorkClock } from './clock'
import type { AttendAsked, Before, ClocksPage, FieldApi, FindDraft, FindWords, OutboxPage, PackPage, PhotoAsked, Phrases, RecordRow, RecordsAsked, RecordsPage, ReportDraft, ReportWords, RepresentativeAsked, RepresentativeCode, RequesterContact, SignAsked, Snapshot, TasksAsked, TasksPage, TicketPage, UsedPhoto, VisitPage, VoiceAsked } from './api'
import { Camera } from './camera'
import { Contacts } from './contacts'
import { DataUse, type DataSent } from './data-use'
import { Errands, type TicketAct } from './errands'
import { Finds } from './finds'
import { handOver, type HandedOver } from './handover'
import { Hub, type EnrolRequest } from './hub'
import { Keeper } from './keeper'
import { Left } from './left'
import { Live } from './live'
import { Login } from './login'
import { Lookback } from './lookback'
import { Used } from './used'
import { MediaLane } from './media'
import { Mine, type OwnFigures } from './mine'
import { outboxPage, recordsPage, tasksPage } from './outbox'
import { Pack } from './pack'
import { faultOf, quietly } from './problem'
import { isDiscarded } from '../lifecycle/rules'
import { Reports } from './reports'
import { askOnCallNumber, askRequester } from './requester'
import { inviteRepresentative } from './representatives'
import { Rounds } from './rounds'
import { Signing } from './signing'
import { Shelf } from './shelf'
import type { Settings, Store } from './store'
import { Sync } from './sync'
import { Telling } from './telling'
import { Voice } from './voice'
import { Writing } from './writing'
import { Timing } from './timing'
import type { Edit, FrameEvent, Reference, ReplicaStatus } from './views'

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
  /** How long a report can be taken back, ms. */
  grace?: number
}

/** The field app behind its screens: reads and writes records, and puts the lanes to the hub together. */
export class Field implements Omit<FieldApi, 'takeOver'> {
  private readonly clock: WorkClock
  private readonly hub: Hub
  private readonly contacts: Contacts
  private readonly errands: Errands
  private readonly keeper: Keeper
  private readonly lane: MediaLane
  private readonly left: Left
  private readonly shelf: Shelf
  private readonly signing: Signing
  private readonly camera: Camera
  private readonly writing: Writing
  private readonly reports: Reports
  private readonly found: Finds
  private readonly album: Album
  private readonly beginning: Beginning
  private readonly lookback: Lookback
  private readonly used: Used
  private readonly sent: DataUse
  private readonly timing: Timing
  private readonly telling: Telling
  private readonly rounds: Rounds
  private readonly login: Login
  private readonly mine: Mine
  private readonly packing: Pack

  constructor(private readonly parts: FieldParts) {
    const { store, version } = parts
    const raw = parts.now ?? (() => Date.now())
    this.clock = new WorkClock(store, raw, (doubted) => this.doubt(doubted))
    const now = () => this.now()
    const received = (event: FrameEvent) => this.received(event)
    const changed = () => this.telling.changed()
    this.sent = new DataUse(store, now)
    this.hub = new Hub(store, version, now, this.sent.counting(parts.fetcher ?? ((...args) => fetch(...args))))
    this.contacts = new Contacts({ store, hub: this.hub, changed: () => this.telling.changed('visits') })
    this.errands = new Errands({ store, hub: this.hub, ticket: (id) => this.shelf.ticket(id), sync: () => this.rounds.syncNow(), changed: () => this.telling.changed('tickets'), now })
    this.keeper = new Keeper(store, () => doubting(parts.fresh(), this.clock.doubted), parts.broken)
    this.lane = new MediaLane({
      store,
      send: (path, init) => this.hub.authorised(path, init),
      allowed: () => this.photosAllowed(),
      idle: async () => new Set((await this.shelf.records()).filter(({ stage }) => isDiscarded(stage)).map(({ doc }) => doc)),
      changed: () => this.telling.changed('media'),
      now,
    })
    this.timing = new Timing(this.keeper, this.clock, () => this.shelf.version)
    this.shelf = new Shelf(this.keeper, store, (sha256) => this.lane.row(sha256), () => this.hub.current()?.person ?? '', (doc) => this.left.of(doc), (view, left) => this.contacts.page(view, left), now, () => this.hub.current()?.name ?? '')
    const known = { visits: () => this.records(), view: (doc: string) => this.shelf.view(doc), ticket: (id: string) => this.shelf.ticket(id) }
    this.lookback = new Lookback(known)
    this.used = new Used(known)
    this.beginning = new Beginning({ keeper: this.keeper, before: (ticket) => this.lookback.of(ticket), address: async (ticket) => (await this.shelf.ticket(ticket))?.address ?? '', session: () => this.login.session(), now })
    this.signing = new Signing({ store, keeper: this.keeper, lane: this.lane, session: () => this.login.session(), now })
    this.camera = new Camera({ store, lane: this.lane, shoot: parts.shoot, isUrgent: (doc) => this.shelf.isUrgent(doc), now })
    this.reports = new Reports({ store, keeper: this.keeper, lane: this.lane, camera: this.camera, person: () => this.login.session().person, saved: () => this.saved(), changed: () => this.telling.changed('visits'), now, grace: parts.grace })
    this.found = new Finds({ store, keeper: this.keeper, lane: this.lane, camera: this.camera, session: () => this.login.session(), saved: () => this.saved(), changed: () => this.telling.changed('visits'), now, grace: parts.grace })
    this.writing = new Writing({ keeper: this.keeper, lane: this.lane, shelf: this.shelf, camera: this.camera, voice: new Voice({ store, lane: this.lane, now }), contacts: this.contacts, session: () => this.login.session(), sync: () => this.rounds.syncNow(), saved: () => this.saved(), changed: () => this.telling.changed('visits'), now })
    this.left = new Left({ store, keeper: this.keeper, put: (row, beside) => this.writing.put(row, beside), changed: () => this.saved() })
    this.album = new Album(store, this.hub, this.lane, () => this.keeper.read((replica) => JSON.parse(replica.status()) as ReplicaStatus))
    this.mine = new Mine(store, this.hub, () => this.records(), now)
    this.packing = new Pack({ store, album: this.album, photos: async (doc) => (await this.shelf.view(doc)).photos, tickets: () => this.shelf.tickets(), records: () => this.records(), reference: () => this.reference(), allowed: () => this.photosAllowed(), lastHeard: () => this.telling.snapshot.sync.last_ok_at, sync: () => this.rounds.syncNow(), now })
    const sync = new Sync({
      hub: this.hub,
      keeper: this.keeper,
      version,
      unsentPhotos: () => this.lane.unsent().length,
      offer: () => this.keeper.change((replica) => replica.offer_due(this.now())),
      received,
      changed,
      revoked: (problem) => quietly(this.login.revoked(problem)),
      released: (until) => this.login.released(until),
      sessionEnded: (error) => quietly(this.login.end(error.code)),
      now: raw,
    })
    const live = new Live({ hub: this.hub, keeper: this.keeper, received, poked: () => quietly(this.rounds.run()), changed, now: raw })
    const lanes = { clock: this.clock, store, hub: this.hub, contacts: this.contacts, errands: this.errands, keeper: this.keeper, lane: this.lane, left: this.left, shelf: this.shelf, sync, live }
    this.telling = new Telling({ ...lanes, tell: parts.tell })
    this.rounds = new Rounds({ ...lanes, telling: this.telling, ahead: () => this.packing.ahead(), resumed: () => this.login.resumed(), now })
    this.login = new Login({ ...lanes, telling: this.telling, rounds: this.rounds, now })
  }

  /** Brings the app up from what is stored. */
  async start(): Promise<void> {
    const { store } = this.parts
    if (await store.single('wipe')) {
      await store.wipe()
      return this.telling.phase('wiped')
    }
    await this.clock.start()
    const { snapshot } = this.telling
    snapshot.settings = (await store.single('settings')) ?? snapshot.settings
    snapshot.session_ended = (await store.single('session_ended')) ?? null
    snapshot.released = (await store.single('released')) ?? null
    const session = await this.hub.load()
    await this.contacts.load()
    try {
      snapshot.damaged = (await this.keeper.restore()).damaged
    } catch (error) {
      snapshot.fault = faultOf(error)
      return this.telling.phase('broken')
    }
    await this.lane.load()
    await this.sent.load()
    await this.errands.load()
    await this.shelf.load()
    if (!session) return this.telling.phase('enrol')
    await this.login.begin(session)
    quietly(this.reports.load())
    quietly(this.found.load())
    quietly(this.shelf.prepare())
  }

  /** Another window took over, or the app is being closed. */
  stop(phase: Snapshot['phase']): void {
    this.rounds.stop()
    this.telling.phase(phase)
  }

  async enrol(request: EnrolRequest): Promise<void> {
    await this.login.enrol(request)
    await this.reports.load()
    await this.found.load()
  }

  resume = (password: string): Promise<void> => this.login.resume(password)

  async tasks(asked: TasksAsked): Promise<TasksPage> {
    const { at, tickets } = await this.clocks()
    const { person, units } = this.login.session()
    return tasksPage(await this.shelf.tickets(), await this.shelf.records(), asked, { clocks: tickets, finder: this.shelf.finder, now: at, mine: [person, ...units.map(({ id }) => id)] })
  }

  async ticket(id: string): Promise<TicketPage | null> {
    const ticket = await this.shelf.ticket(id)
    return ticket ? { ticket, visits: (await this.records()).filter((record) => record.ticket === id), errands: this.errands.of(id) } : null
  }

  clocks = (): Promise<ClocksPage> => this.timing.clocks()

  async tell(ticket: string, act: TicketAct): Promise<boolean> {
    return this.errands.tell(ticket, act.action === 'contact' ? { ...act, ...(await this.timing.moment()) } : act)
  }

  tellAgain = (errand: string): Promise<boolean> => this.errands.again(errand)
  dropErrand = (errand: string): Promise<void> => this.errands.drop(errand)
  requester = (ticket: string): Promise<RequesterContact> => askRequester(this.hub, ticket)
  onCallNumber = (unit: string, person: string): Promise<{ name: string; number: string }> => askOnCallNumber(this.hub, unit, person)
  records = async (): Promise<RecordRow[]> => (await this.shelf.records()).filter((record) => !isDiscarded(record.stage))
  recordsPage = async (asked: RecordsAsked): Promise<RecordsPage> => recordsPage(await this.records(), asked, this.shelf.finder)

  reference = (): Promise<Reference> => this.keeper.read((replica) => JSON.parse(replica.reference()) as Reference)

  async visit(doc: string): Promise<VisitPage | null> {
    const known = await this.shelf.row(doc)
    return known ? this.shelf.page(doc) : null
  }

  before = (doc: string): Promise<Before | null> => this.lookback.before(doc)
  usedBefore = (doc: string, photo: string): Promise<UsedPhoto[]> => this.used.before(doc, photo)

  phrases = async (): Promise<Phrases> => (await this.parts.store.single('phrases')) ?? {}

  async keepPhrases(place: string, kept: string[]): Promise<Phrases> {
    const phrases = { ...(await this.phrases()), [place]: kept }
    await this.parts.store.write({ singles: { phrases } })
    return phrases
  }

  createVisit = (ticket: string): Promise<string> => this.begun(this.beginning.visit(ticket))
  createMediation = (ticket: string): Promise<string> => this.begun(this.beginning.mediation(ticket))

  private async begun(doc: Promise<string>): Promise<string> {
    await doc
    this.saved()
    return doc
  }

  sign = (doc: string, asked: SignAsked): Promise<VisitPage> => this.after(doc, this.signing.sign(doc, asked).then(() => this.saved()))
  attend = (doc: string, asked: AttendAsked): Promise<VisitPage> => this.after(doc, this.signing.attend(doc, asked).then(() => this.saved()))

  /** The record as it is once something was done to it. */
  private async after(doc: string, done: Promise<unknown>): Promise<VisitPage> {
    await done
    return this.shelf.page(doc)
  }

  edit = (doc: string, edit: Edit): Promise<VisitPage> => this.writing.edit(doc, edit)
  addPhoto = (doc: string, file: Blob, asked: PhotoAsked): Promise<VisitPage> => this.writing.addPhoto(doc, file, asked)
  addVoice = (doc: string, file: Blob, asked: VoiceAsked): Promise<VisitPage> => this.writing.addVoice(doc, file, asked)
  offerAgain = (): Promise<boolean> => this.writing.offerAgain()
  rewriteAside = (doc: string): Promise<VisitPage> => this.writing.rewriteAside(doc)
  leaveAside = (doc: string): Promise<VisitPage> => this.writing.leaveAside(doc)

  /** Another window left something. */
  takeLeft = (): Promise<void> => this.left.take()

  useLeft = (doc: string, id: string): Promise<VisitPage> => this.after(doc, this.left.use(id))
  dropLeft = (doc: string, id: string): Promise<VisitPage> => this.after(doc, this.left.drop(id))

  report = (doc: string): Promise<ReportDraft | null> => Promise.resolve(this.reports.of(doc))
  writeReport = (doc: string, words: ReportWords): Promise<ReportDraft> => this.reports.write(doc, words)
  photographReport = (doc: string, file: Blob, asked: PhotoAsked): Promise<ReportDraft> => this.reports.photograph(doc, file, asked)
  finds = (): Promise<FindDraft[]> => Promise.resolve(this.found.all())
  writeFind = (id: string | null, words: FindWords): Promise<FindDraft> => this.found.write(id, words)
  photographFind = (id: string | null, file: Blob, asked: PhotoAsked): Promise<FindDraft> => this.found.photograph(id, file, asked)
  dropFind = (id: string): Promise<void> => this.found.drop(id)
  join = (doc: string): Promise<void> => this.beginning.join(doc).then(() => this.saved())

  async inviteRepresentative(doc: string, asked: RepresentativeAsked): Promise<RepresentativeCode> {
    const name = (of: string, party: string, person: string) => this.writing.write(of, { edit: 'put_entry', collection: 'parties', id: party, fields: { person } })
    const code = await inviteRepresentative({ hub: this.hub, sync: () => this.rounds.syncNow(), name }, doc, asked)
    this.saved()
    return code
  }

  thumb = (sha256: string): Promise<Uint8Array<ArrayBuffer> | null> => this.album.thumb(sha256)
  picture = (sha256: string): Promise<Uint8Array<ArrayBuffer> | null> => this.album.picture(sha256)
  sound = (sha256: string): Promise<Uint8Array<ArrayBuffer> | null> => this.album.sound(sha256)

  dataUse = (): Promise<DataSent> => Promise.resolve(this.sent.month())

  async outbox(): Promise<OutboxPage> {
    return outboxPage(await this.shelf.tickets(), await this.shelf.records(), this.lane.unsent(), this.left.all(), this.errands.all())
  }

  figures = (): Promise<OwnFigures> => this.mine.page()
  pack = (): Promise<PackPage> => this.packing.page()
  preparePack = (): Promise<boolean> => this.packing.prepare()
  syncNow = (): Promise<boolean> => this.rounds.syncNow()
  sendPhotosNow = (): Promise<void> => this.rounds.sendPhotos(true)
  retryPhoto = (sha256: string): Promise<void> => this.lane.retry(sha256)

  async settings(settings: Settings): Promise<void> {
    await this.parts.store.write({ singles: { settings } })
    this.telling.snapshot.settings = settings
    this.telling.changed()
    quietly(this.rounds.sendPhotos())
  }

  freeSentPhotos = (): Promise<number> => this.album.freeSent()

  async exportUnsent(): Promise<HandedOver> {
    const pushes = await this.keeper.read((replica) => replica.hand_over()).catch(() => null)
    return handOver({ session: this.login.session(), store: this.parts.store, pushes, photos: this.lane.unsent(), now: this.now() })
  }

  async signOut(): Promise<void> {
    await this.reports.leaveAll()
    await this.found.leaveAll()
    await this.login.signOut()
    this.reports.clear()
    this.found.clear()
  }

  async poke(why: 'visible' | 'hidden' | 'online'): Promise<void> {
    // Out of sight the browser may freeze the app before the time is over in which a report can be taken back.
    if (why === 'hidden') await Promise.all([this.reports.leaveAll(), this.found.leaveAll()]).catch(() => undefined)
    this.rounds.poke(why)
  }

  private received(event: FrameEvent): void {
    if (event.frame === 'end') quietly(this.measured())
    if (event.frame === 'reference') this.telling.changed('reference', 'visits')
    else if (event.frame !== 'end' && event.frame !== 'poke') this.telling.changed('visits', 'tickets')
  }

  /** Something was stored: tell the screens, and send it after a short quiet. */
  private saved(): void {
    this.telling.changed('visits')
    this.rounds.saved()
  }

  private photosAllowed(): boolean {
    return !this.telling.snapshot.settings.wifi_only || ['wifi', 'ethernet'].includes(this.parts.network?.() ?? '')
  }

  /** By the clock of the work, not the phone's own. */
  private now(): number {
    return this.clock.now()
  }

  private doubt(doubted: boolean): void {
    quietly(this.keeper.read((replica) => replica.doubt_clock(doubted)))
    this.telling.changed()
  }

  /** How far the phone's clock is off, as the last whole answer showed. */
  private async measured(): Promise<void> {
    const { clock_offset_ms } = await this.keeper.read((replica) => JSON.parse(replica.status()) as ReplicaStatus)
    if (clock_offset_ms !== null) this.clock.heard(clock_offset_ms)
  }
}

function doubting(replica: Replica, doubted: boolean): Replica {
  replica.doubt_clock(doubted)
  return replica
}
