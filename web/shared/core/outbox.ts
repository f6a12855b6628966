import type { OutboxPage, RecordRow, TasksAsked, TasksPage, Unsent } from './api'
import type { LeftRow } from './left'
import type { Errand } from './errands'
import type { MediaRow } from './store'
import type { TicketClocks, TicketRow, VisitRow } from './views'
import { isDoneInField, isReturned } from '../lifecycle/rules'
import { firstClock } from '../deadline'
import { byDeadline } from '../time'

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

/** Text as it is searched: no case, no full-width forms, no spaces. */
export const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '')

/** Whether a ticket has the sought words in its number, title or address. */
export function matches(ticket: TicketRow, query: string): boolean {
  const sought = plain(query)
  return !sought || [ticket.upstream_no, ticket.title, ticket.address].some((text) => plain(text).includes(sought))
}

/** What is due first of each ticket whose clocks run. */
function firstDue(clocks: TicketClocks[]): Map<string, number> {
  const due = new Map<string, number>()
  for (const one of clocks) {
    const first = firstClock(one.clocks)?.due
    if (first) due.set(one.ticket, first.at)
  }
  return due
}

/** The list of work: what was sent back first, then open tickets by time left. */
export function tasksPage(tickets: TicketRow[], records: RecordRow[], { query, done, limit }: TasksAsked, clocks: TicketClocks[] = [], mine: string[] = []): TasksPage {
  const first = firstDue(clocks)
  const dueOf = (ticket: TicketRow) => ({ due_at: first.get(ticket.id) ?? ticket.due_at })
  // What somebody found is theirs to see, and work only for those whom it was given to.
  const finds = new Set(records.filter((record) => record.find).map(({ doc }) => doc))
  const given = ({ id, assigned }: TicketRow) => !finds.has(id) || (assigned !== null && mine.includes(assigned.id))
  const found = tickets.filter((ticket) => !ticket.removed && given(ticket) && isDoneInField(ticket.status) === done && matches(ticket, query))
  found.sort(done ? (a, b) => b.dispatched_at - a.dispatched_at : (a, b) => byDeadline(dueOf(a), dueOf(b)))
  const known = new Map(tickets.map((ticket) => [ticket.id, ticket]))
  const recorded = new Set(records.filter((record) => record.own).map((record) => record.ticket))
  const sought = (record: RecordRow) => {
    const ticket = known.get(record.ticket)
    return !query || (ticket ? matches(ticket, query) : plain(record.place).includes(plain(query)))
  }
  return {
    returned: done ? [] : records.filter((record) => record.own && isReturned(record.stage) && sought(record)).sort((a, b) => remarkTime(a) - remarkTime(b)),
    rows: found.slice(0, limit),
    total: found.length,
    moved: done ? [] : tickets.filter((ticket) => ticket.removed && recorded.has(ticket.id) && matches(ticket, query)),
  }
}

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
