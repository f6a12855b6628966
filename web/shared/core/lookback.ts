import type { Before, PastHousehold } from './api'
import type { Entry, RecordView, TicketRow, Value, VisitRow } from './views'

interface LookbackParts {
  visits: () => Promise<VisitRow[]>
  view: (doc: string) => Promise<RecordView>
  ticket: (id: string) => Promise<TicketRow | undefined>
}

/** Earlier visits that are read for one place: what happened longer ago is at the office. */
const MOST = 12

/** What seldom changes between two visits to one place, and so stands in the next one from its beginning (ux: 14). */
export const KEPT = ['building', 'stairwell', 'room', 'place_kind', 'has_property_company', 'finding_kind'] as const

const words = (value: Value | undefined) => (typeof value === 'string' ? value : '')
const times = (value: Value | undefined) => (typeof value === 'number' ? value : null)
const present = (entries: Entry[] | undefined) => (entries ?? []).filter((entry) => !entry.removed)

/** What this phone knows from earlier visits to the same place: offline, when somebody stands before the door again. */
export class Lookback {
  constructor(private readonly parts: LookbackParts) {}

  /** What was before a visit that is open. */
  async before(doc: string): Promise<Before | null> {
    const row = (await this.parts.visits()).find((visit) => visit.doc === doc)
    return row?.kind === 'visit' ? this.of(row.ticket, row) : null
  }

  /** What was before a visit that begins for a ticket, or before `than`; the newest first. */
  async of(ticket: string, than?: VisitRow): Promise<Before> {
    const earlier = await this.earlier(ticket, than)
    const views = await Promise.all(earlier.map(async (row) => ({ row, view: await this.parts.view(row.doc) })))
    const households = views.flatMap(({ row, view }) => present(view.persuasions).map((entry) => household(row, entry)))
    const first = views[0]
    return {
      last: first ? { doc: first.row.doc, at: moment(first.row), outcome: first.row.outcome, people: present(first.view.participants).map(({ user }) => words(user)), fields: kept(first.view) } : null,
      households: households.sort((a, b) => b.at - a.at),
    }
  }

  /** Visits for the same ticket, and to the same place for another one. */
  private async earlier(ticket: string, than?: VisitRow): Promise<VisitRow[]> {
    const address = (await this.parts.ticket(ticket))?.address ?? ''
    const places = new Set([than?.place, address].filter(Boolean))
    const known = (await this.parts.visits()).filter(
      (row) => row.kind === 'visit' && !row.damaged && row.doc !== than?.doc && (row.ticket === ticket || places.has(row.place)) && (!than || moment(row) < moment(than)),
    )
    return known.sort((a, b) => moment(b) - moment(a)).slice(0, MOST)
  }
}

const moment = (row: VisitRow) => row.arrived_at ?? row.changed_at

const kept = (view: RecordView): Record<string, Value> =>
  Object.fromEntries(KEPT.flatMap((name) => ([null, undefined, ''].includes(view.fields[name] as null) ? [] : [[name, view.fields[name] as Value]])))

const household = (row: VisitRow, entry: Entry): PastHousehold => ({
  doc: row.doc,
  household: words(entry.household),
  reaction: words(entry.reaction),
  material: words(entry.material),
  remark: words(entry.remark),
  by: words(entry.by),
  at: times(entry.at) ?? moment(row),
  next_visit_at: times(entry.next_visit_at),
})
