import type { OutboxPage, RecordRow, RecordsAsked, RecordsPage, TasksAsked, TasksPage, Unsent } from './api'
import type { LeftRow } from './left'
import type { Errand } from './errands'
import type { MediaRow } from './store'
import { Finder, queryOf, type Hit } from './search'
import type { Clock, TicketClocks, TicketRow, VisitRow } from './views'
import { isBegun, isDiscarded, isDoneInField, isReturned } from '../lifecycle/rules'
import { firstClock } from '../deadline'
import { byDeadline, daysFrom } from '../time'

/** What the office does not have yet: records and photos apart. */
export function unsent(visits: VisitRow[], photos: MediaRow[], left: LeftRow[] = [], errands: Errand[] = []): Unsent {
  const queued = visits.filter((visit) => visit.queued > 0)
  return {
    changes: queued.reduce((sum, visit) => sum + visit.queued, 0) + left.length + errands.length,
    visits: new Set([...queued, ...left].map(({ doc }) => doc)).size + errands.length,
    photos: photos.length,
    photo_bytes: photos.reduce((sum, photo) => sum + Math.max(0, photo.size - photo.offset), 0),
    photos_refused: photos.filter((photo) => photo.state === 'refused').length,
  }
}

/** What only the record itself tells of a visit. */
export type Standing = Pick<RecordRow, 'stage' | 'own' | 'standing'> & { /** Ids of those who take part. */ people: string[] }

/** A visit with what this phone knows of its ticket and of its photos. */
export function recordOf(visit: VisitRow, standing: Standing, ticket: TicketRow | undefined, media: (sha256: string) => MediaRow | undefined, called: ReadonlyMap<string, string> = new Map()): RecordRow {
  const { people, ...rest } = standing
  const mine = visit.photos.map(media).filter((row): row is MediaRow => row !== undefined)
  return {
    ...visit,
    ...rest,
    names: people.flatMap((id) => called.get(id) || []),
    find: visit.ticket === visit.doc,
    ticket_no: ticket?.upstream_no ?? '',
    ticket_title: ticket?.title ?? '',
    due_at: ticket?.due_at ?? null,
    photos_total: mine.length,
    photos_sent: mine.filter((row) => row.state === 'sent').length,
    photos_refused: mine.filter((row) => row.state === 'refused').length,
  }
}

/** The clock that is due first of each ticket whose clocks run. */
function firstClocks(clocks: TicketClocks[]): Map<string, Clock> {
  const due = new Map<string, Clock>()
  for (const one of clocks) {
    const first = firstClock(one.clocks)
    if (first?.due) due.set(one.ticket, first)
  }
  return due
}

/** Where a ticket is worked on: the grid that has it, else its community; empty where nobody said. */
export const areaOf = ({ assigned, community }: TicketRow): string => (assigned?.kind === 'grid' ? assigned.name : community)

/** Hits among records that a list of work shows; the rest is told as a number. */
const FOUND = 30

/** The list of work: what was sent back first, then open tickets by time left. */
export function tasksPage(tickets: TicketRow[], records: RecordRow[], asked: TasksAsked, { clocks = [], finder = new Finder(), now = Date.now(), mine = [] }: { clocks?: TicketClocks[]; finder?: Finder; now?: number; mine?: string[] } = {}): TasksPage {
  const { done, limit, due = null, area = null, apart = false } = asked
  const query = queryOf(asked.query)
  const hits: Record<string, Hit> = {}
  const isHit = (ticket: TicketRow) => {
    const hit = query.text ? finder.ticket(ticket, query) : null
    if (hit) hits[ticket.id] = hit
    return !query.text || hit !== null
  }
  const first = firstClocks(clocks)
  const dueOf = (ticket: TicketRow) => first.get(ticket.id)?.due?.at ?? ticket.due_at
  const isOverdue = (ticket: TicketRow) => first.get(ticket.id)?.remaining?.overdue ?? (ticket.due_at !== null && ticket.due_at < now)
  // What ends at midnight ends today.
  const isToday = (ticket: TicketRow) => !isOverdue(ticket) && daysFrom(now, (dueOf(ticket) ?? Number.MAX_SAFE_INTEGER) - 1) === 0
  const known = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  const own = records.filter((record) => record.own)
  const recorded = new Set(own.map((record) => record.ticket))
  const sentBack = done ? [] : own.filter((record) => isReturned(record.stage))
  const inArea = (ticket: TicketRow | undefined) => area === null || (ticket !== undefined && areaOf(ticket) === area)
  const sought = (record: RecordRow) => {
    const ticket = known.get(record.ticket)
    return (!query.text || (ticket && finder.ticket(ticket, query)) || finder.record(record, query)) && inArea(ticket)
  }
  const returned = due === null ? sentBack.filter(sought).sort((a, b) => remarkTime(a) - remarkTime(b)) : []
  const above = new Set(returned.map((record) => record.ticket))
  // What somebody found is theirs to see, and work only for those whom it was given to.
  const finds = new Set(records.filter((record) => record.find).map(({ doc }) => doc))
  const given = ({ id, assigned }: TicketRow) => !finds.has(id) || (assigned !== null && mine.includes(assigned.id))
  const open = tickets.filter((ticket) => !ticket.removed && given(ticket) && isDoneInField(ticket.status) === done && isHit(ticket))
  const here = open.filter((ticket) => inArea(ticket))
  const counts = { all: here.length, today: here.filter(isToday).length, overdue: here.filter(isOverdue).length }
  const rows = here.filter((ticket) => (due === null ? !apart || !above.has(ticket.id) : due === 'today' ? isToday(ticket) : isOverdue(ticket)))
  rows.sort(done ? (a, b) => b.dispatched_at - a.dispatched_at : (a, b) => byDeadline({ due_at: dueOf(a) }, { due_at: dueOf(b) }))
  const found = query.text ? records.filter((record) => !isDiscarded(record.stage) && !returned.includes(record) && finder.record(record, query)) : []
  const shown = rows.slice(0, limit)
  const begun = new Set(own.filter((record) => record.kind === 'visit' && isBegun(record.stage)).map((record) => record.ticket))
  return {
    returned,
    rows: shown,
    total: rows.length,
    moved: done || due !== null ? [] : tickets.filter((ticket) => ticket.removed && recorded.has(ticket.id) && isHit(ticket) && inArea(ticket)),
    counts,
    areas: areasOf(open, area),
    hits,
    found: found.slice(0, FOUND),
    found_total: found.length,
    found_hits: Object.fromEntries(found.slice(0, FOUND).map((record) => [record.doc, finder.record(record, query)])) as Record<string, Hit>,
    begun: shown.filter(({ id }) => begun.has(id)).map(({ id }) => id),
  }
}

/** The places of these tickets, the one that is chosen among them, by name. */
function areasOf(tickets: TicketRow[], chosen: string | null): { name: string; count: number }[] {
  const counts = new Map<string, number>(chosen === null ? [] : [[chosen, 0]])
  for (const name of tickets.map(areaOf)) if (name) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, count]) => ({ name, count })).sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
}

/** Records of this person, the last changed first, and how many stand where. */
export function recordsPage(records: RecordRow[], { query: typed, stage, limit }: RecordsAsked, finder: Finder): RecordsPage {
  const query = queryOf(typed)
  const own = records.filter((record) => record.own)
  const found = query.text ? own.filter((record) => finder.record(record, query)) : own
  const counts: Record<string, number> = {}
  for (const record of found) counts[stageName(record)] = (counts[stageName(record)] ?? 0) + 1
  const rows = found.filter((record) => stage === null || stageName(record) === stage).sort((a, b) => b.changed_at - a.changed_at)
  const shown = rows.slice(0, limit)
  const hits = query.text ? (Object.fromEntries(shown.map((record) => [record.doc, finder.record(record, query)])) as Record<string, Hit>) : {}
  return { rows: shown, total: rows.length, all: found.length, counts, hits }
}

/** What records are told apart by: a visit by its review, a mediation by where it stands. */
export const stageName = ({ kind, standing, stage }: Pick<RecordRow, 'kind' | 'standing' | 'stage'>): string => `${kind}/${standing ?? stage}`

const remarkTime = (record: RecordRow) => record.reviews.at(-1)?.at ?? 0

/** What the office does not have, and what it did not take. */
export function outboxPage(tickets: TicketRow[], records: RecordRow[], photos: MediaRow[], left: LeftRow[], errands: Errand[]): OutboxPage {
  const byDoc = new Map(records.map((record) => [record.doc, record]))
  const titles = new Map(tickets.map(({ id, title }) => [id, title]))
  const waiting = new Set(left.map(({ doc }) => doc))
  return {
    visits: records.filter((record) => record.queued > 0 || waiting.has(record.doc)),
    aside: records.filter((record) => record.aside > 0),
    errands: errands.map((errand) => ({ ...errand, ticket_title: titles.get(errand.ticket) ?? '' })),
    photos: photos.map((row) => {
      const record = row.uses.map((use) => byDoc.get(use.doc)).find((found) => found)
      return { ...row, ticket_no: record?.ticket_no ?? '', place: record?.place ?? '' }
    }),
  }
}
