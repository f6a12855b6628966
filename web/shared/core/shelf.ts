import type { ContactsPage, PhotoState, RecordRow, VisitPage } from './api'
import type { Keeper } from './keeper'
import type { LeftRow } from './left'
import { recordOf, type Standing } from './outbox'
import { stageOf } from './stage'
import { dateText } from '../time'
import { Finder } from './search'
import type { MediaRow, Store } from './store'
import type { Agreement, FormView, RecordView, Reference, TicketRow, VisitRow } from './views'

const isMediation = ({ kind }: { kind: string }) => kind === 'mediation'

/** A standing and what the record was when it was read. */
export type KnownStanding = Standing & { version: string }

/** So many standings that a next start would have to read. */
const WORTH = 20

/** What changed, by the names of the counters that the page watches. */
export type Thing = 'visits' | 'tickets' | 'reference' | 'media'

/** The core's lists, read once per change, put together with what the phone knows of photos. */
export class Shelf {
  private readonly kept: { visits: VisitRow[] | null; tickets: TicketRow[] | null; records: RecordRow[] | null } = { visits: null, tickets: null, records: null }
  readonly finder = new Finder()
  private readonly standings = new Map<string, KnownStanding>()
  private changes = 0
  /** Standings that were read since the last were kept. */
  private unkept = 0

  constructor(
    private readonly keeper: Pick<Keeper, 'read'>,
    private readonly store: Pick<Store, 'single' | 'write'>,
    private readonly media: (sha256: string) => MediaRow | undefined,
    private readonly me: () => string,
    private readonly left: (doc: string) => LeftRow[],
    private readonly contacts: (view: RecordView, left: LeftRow[]) => Promise<ContactsPage>,
    private readonly now: () => number = Date.now,
    private readonly myName: () => string = () => '',
  ) {}

  /** Moves with every change. */
  get version(): number {
    return this.changes
  }

  /** The named lists are old from now on. */
  changed(things: Thing[]): void {
    this.changes += 1
    if (things.includes('visits')) this.kept.visits = null
    if (things.includes('tickets')) this.kept.tickets = null
    if (things.length > 0) this.kept.records = null
  }

  /** Somebody else uses the phone, or nobody. */
  clear(): void {
    this.standings.clear()
    this.finder.clear()
    this.changed(['visits', 'tickets'])
  }

  async visits(): Promise<VisitRow[]> {
    if (this.kept.visits) return this.kept.visits
    const asked = this.changes
    const rows = await this.keeper.read((replica) => JSON.parse(replica.records()) as VisitRow[])
    // A change that came in meanwhile makes this answer old: good for its asker, not to be kept.
    if (asked === this.changes) this.kept.visits = rows
    return rows
  }

  async tickets(): Promise<TicketRow[]> {
    if (this.kept.tickets) return this.kept.tickets
    const asked = this.changes
    const rows = await this.keeper.read((replica) => JSON.parse(replica.tickets()) as TicketRow[])
    if (asked === this.changes) this.kept.tickets = rows
    return rows
  }

  async row(doc: string): Promise<VisitRow | undefined> {
    return (await this.visits()).find((visit) => visit.doc === doc)
  }

  async ticket(id: string | undefined): Promise<TicketRow | undefined> {
    return (await this.tickets()).find((ticket) => ticket.id === id)
  }

  /** Whether the visit's ticket is urgent: its photos go up on any network. */
  async isUrgent(doc: string): Promise<boolean> {
    const ticket = await this.ticket((await this.row(doc))?.ticket)
    return ticket !== undefined && ticket.urgency !== 'normal'
  }

  async records(): Promise<RecordRow[]> {
    if (this.kept.records) return this.kept.records
    const asked = this.changes
    const tickets = new Map((await this.tickets()).map((ticket) => [ticket.id, ticket]))
    const rows: RecordRow[] = []
    const reference = await this.keeper.read((replica) => JSON.parse(replica.reference()) as Reference)
    const called = new Map([[this.me(), this.myName()], ...reference.people.map(({ id, name }) => [id, name] as const)])
    for (const visit of await this.visits()) rows.push(recordOf(visit, this.knownStanding(visit) ?? (await this.standing(visit)), tickets.get(visit.ticket), this.media, called))
    if (asked === this.changes) this.kept.records = rows
    void this.remember().catch(() => undefined)
    return rows
  }

  /** Makes the search ready before anybody types. */
  async prepare(): Promise<void> {
    await this.finder.prepare(await this.tickets(), await this.records(), () => new Promise((done) => setTimeout(done)))
  }

  view(doc: string): Promise<RecordView> {
    return this.keeper.read((replica) => JSON.parse(replica.view(doc)) as RecordView)
  }

  /** The record and where it stands, both of one moment. */
  private read(doc: string): Promise<{ view: RecordView; agreement: Agreement | null; form: FormView | null }> {
    return this.keeper.read((replica) => {
      const view = JSON.parse(replica.view(doc)) as RecordView
      const form = JSON.parse(replica.form(doc)) as FormView | null
      return { view, form, agreement: isMediation(view) ? (JSON.parse(replica.agreement(doc, this.now())) as Agreement) : null }
    })
  }

  /** A visit whole, with its ticket and where its photos are. */
  async page(doc: string): Promise<VisitPage> {
    const { view, agreement, form } = await this.read(doc)
    const photos: Record<string, PhotoState> = {}
    for (const { sha256 } of view.photos) {
      const known = typeof sha256 === 'string' ? this.media(sha256) : undefined
      if (known) photos[known.sha256] = { state: known.state, offset: known.offset, size: known.size, error: known.error, next_at: known.next_at }
    }
    const left = this.left(doc)
    return { view, agreement, form, ticket: (await this.ticket(view.ticket)) ?? null, photos, contacts: await this.contacts(view, left), left }
  }

  /** With the day something may have fallen due. */
  private versionOf(visit: VisitRow): string {
    return `${isMediation(visit) ? dateText(this.now()) : ''}/${visit.changed_at}/${visit.queued}/${visit.quarantined}/${visit.aside}/${visit.shared}/${visit.state}`
  }

  /** What is known of a visit as it is now; reading it takes a thousand times longer. */
  private knownStanding(visit: VisitRow): Standing | undefined {
    const known = this.standings.get(visit.doc)
    return known?.version === this.versionOf(visit) ? { stage: known.stage, own: known.own, standing: known.standing, people: known.people } : undefined
  }

  /** Where a visit stands for this person, read from the record once per change of it. */
  private async standing(visit: VisitRow): Promise<Standing> {
    const unread: Standing = { stage: visit.state, own: true, standing: null, people: [] }
    const standing = visit.damaged ? unread : await this.read(visit.doc).then(({ view, agreement }) => this.standingIn(view, visit, agreement), () => unread)
    this.standings.set(visit.doc, { version: this.versionOf(visit), ...standing })
    this.unkept += 1
    return standing
  }

  /** What was read in earlier runs: a start reads no record to make its lists. */
  async load(): Promise<void> {
    for (const [doc, standing] of (await this.store.single('standings')) ?? []) this.standings.set(doc, standing)
  }

  /** Keeps it for the next start, when there is enough of it to be worth a write. */
  private async remember(): Promise<void> {
    if (this.unkept < WORTH) return
    this.unkept = 0
    const there = new Set((await this.visits()).map(({ doc }) => doc))
    await this.store.write({ singles: { standings: [...this.standings].filter(([doc]) => there.has(doc)) } })
  }

  private standingIn(view: RecordView, visit: VisitRow, agreement: Agreement | null): Standing {
    const taking = [...(view.participants ?? []), ...(view.mediators ?? [])].filter((one) => !one.removed)
    const people = [...taking.map((one) => one.user), ...(view.arrivals ?? []).map((one) => one.by)]
    return { stage: stageOf(visit, view.events), own: visit.mine || people.includes(this.me()), standing: agreement?.standing ?? null, people: [...new Set(people.map(String))].filter(Boolean) }
  }
}
