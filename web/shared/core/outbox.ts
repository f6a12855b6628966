import type { RecordRow, TasksAsked, TasksPage, Unsent } from './api'
import type { LeftRow } from './left'
import type { MediaRow } from './store'
import type { TicketRow, VisitRow } from './views'
import { isDoneInField, isReturned } from '../lifecycle/rules'
import { byDeadline } from '../time'

/** What the office does not have yet: records and photos apart. */
export function unsent(visits: VisitRow[], photos: MediaRow[], left: LeftRow[] = []): Unsent {
  const queued = visits.filter((visit) => visit.queued > 0)
  return {
    changes: queued.reduce((sum, visit) => sum + visit.queued, 0) + left.length,
    visits: new Set([...queued, ...left].map(({ doc }) => doc)).size,
    photos: photos.length,
    photo_bytes: photos.reduce((sum, photo) => sum + Math.max(0, photo.size - photo.offset), 0),
    photos_refused: photos.filter((photo) => photo.state === 'refused').length,
  }
}

/** What only the record itself tells of a visit. */
export type Standing = Pick<RecordRow, 'stage' | 'own' | 'standing'>

/** A visit with what this phone knows of its ticket and of its photos. */
export function recordOf(visit: VisitRow, standing: Standing, ticket: TicketRow | undefined, media: (sha256: string) => MediaRow | undefined): RecordRow {
  const mine = visit.photos.map(media).filter((row): row is MediaRow => row !== undefined)
  return {
    ...visit,
    ...standing,
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

/** The list of work: what was sent back first, then open tickets by time left. */
export function tasksPage(tickets: TicketRow[], records: RecordRow[], { query, done, limit }: TasksAsked): TasksPage {
  const found = tickets.filter((ticket) => !ticket.removed && isDoneInField(ticket.status) === done && matches(ticket, query))
  found.sort(done ? (a, b) => b.dispatched_at - a.dispatched_at : byDeadline)
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
