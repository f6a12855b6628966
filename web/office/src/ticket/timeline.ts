import type { Entry, Id, PersonRef, Pin, Review, Ticket, TicketEvent, VisitStory, Written, WrittenValue } from '@shared/api-types'
import { photosOf, type Photo } from '../record/photos'
import { ENTRY_FIELDS, sectionOf, shapeOf, SECTIONS, type SectionName } from '../kinds/visit/shape'
import { authorOf, happenedAt, living, numberOf, raw, textOf, valuesOf } from '../record/read'

/** One moment in the life of a ticket. */
export interface Moment {
  key: string
  at: number
  kind: 'office' | 'arrival' | 'record' | 'persuasion' | 'items' | 'photos' | 'mark' | 'review' | 'settle'
  /** The visit it belongs to; null for the ticket's own events. */
  visit: Id | null
  /** Who did it, when a person is known. */
  by: PersonRef | null
  written: Written | null
  section?: SectionName
  event?: TicketEvent
  entry?: Entry
  /** Word of a workflow mark: submit, withdraw, note. */
  mark?: string
  remark?: string
  review?: Review
  values: (WrittenValue & { path: string })[]
  photos: Photo[]
  pins: Pin[]
}

/** Values one person wrote within this time are one moment. */
const TOGETHER_MS = 10 * 60_000

const moment = (kind: Moment['kind'], key: string, at: number, rest: Partial<Moment>): Moment => ({ kind, key, at, visit: null, by: null, written: null, values: [], photos: [], pins: [], ...rest })

const entryValues = (collection: keyof typeof ENTRY_FIELDS, entry: Entry, without: string[]) =>
  ENTRY_FIELDS[collection].flatMap((name) => {
    const value = entry.values[name]
    const path = `${collection}/${entry.id}/${name}`
    return !value || value.value === null || value.value === '' || value.value === false || without.includes(name) || shapeOf(path).kind === 'hidden' ? [] : [{ ...value, path }]
  })

/** Joins moments of one visit, person and kind that lie close together. */
const together = (moments: Moment[]): Moment[] => {
  const result: Moment[] = []
  for (const next of moments.sort((a, b) => a.at - b.at)) {
    const last = result.findLast((one) => one.kind === next.kind && one.section === next.section && one.by?.id === next.by?.id)
    if (last && next.at - last.at <= TOGETHER_MS) {
      last.values.push(...next.values)
      last.photos.push(...next.photos)
    } else result.push(next)
  }
  return result
}

const recordMoments = (story: VisitStory): Moment[] => {
  const order: string[] = SECTIONS.flatMap((section) => [...section.paths])
  const written = valuesOf(story).filter(({ value, written }) => written && value !== null && value !== '')
  const picks = new Set(story.history.filter(({ message }) => message.endsWith('.settle')).map(({ hash }) => hash))
  const moments = together(
    written.map((one) => moment(picks.has(one.written?.hash ?? '') ? 'settle' : 'record', `${story.id}:${one.path}`, one.written?.phone_at ?? 0, { visit: story.id, by: one.written?.person ?? null, written: one.written, section: sectionOf(one.path), values: [one] })),
  )
  for (const one of moments) one.values.sort((a, b) => order.indexOf(a.path) - order.indexOf(b.path))
  return moments
}

const entryMoments = (story: VisitStory): Moment[] => {
  const arrivals = living(story.collections.arrivals).map((entry) => single('arrival', 'arrivals', story, entry, ['at', 'by']))
  const persuasions = living(story.collections.persuasions).map((entry) => single('persuasion', 'persuasions', story, entry, ['at', 'by']))
  const items = together(living(story.collections.items).map((entry) => single('items', 'items', story, entry, [])))
  const photos = together(
    photosOf(story).map((photo) => {
      const author = authorOf(photo.entry)
      return moment('photos', `${story.id}:${photo.id}`, photo.takenAt ?? author?.phone_at ?? 0, { visit: story.id, by: author?.person ?? null, written: author, photos: [photo] })
    }),
  )
  const marks = living(story.collections.events).map((entry) => {
    const author = authorOf(entry)
    return moment('mark', `${story.id}:${entry.id}`, numberOf(entry, 'at') ?? author?.phone_at ?? 0, { visit: story.id, by: author?.person ?? null, written: author, mark: textOf(entry, 'kind'), remark: textOf(entry, 'remark') })
  })
  return [...arrivals, ...persuasions, ...items, ...photos, ...marks]
}

const single = (kind: Moment['kind'], collection: keyof typeof ENTRY_FIELDS, story: VisitStory, entry: Entry, without: string[]): Moment => {
  const author = authorOf(entry)
  const named = raw(entry, 'by')
  const by = typeof named === 'string' && author?.person?.id !== named ? { id: named, name: '' } : (author?.person ?? null)
  return moment(kind, `${story.id}:${entry.id}`, happenedAt(entry) ?? 0, { visit: story.id, by, written: author, entry, values: entryValues(collection, entry, without) })
}

const reviewMoments = (story: VisitStory): Moment[] =>
  story.reviews.map((review) => moment('review', `${story.id}:${review.id}`, review.at, { visit: story.id, by: review.by, review, remark: review.remark, pins: review.pins }))

/** The visit that an event of the ticket speaks of; its own story tells it better. */
const visitOf = (event: TicketEvent): Id => (event.detail && typeof event.detail === 'object' && 'visit' in event.detail ? String(event.detail.visit) : '')

/** Phones write whole seconds: within one, things are told in the order in which they are done. */
const second = (one: Moment) => Math.floor(one.at / 1_000)
const ORDER: Moment['kind'][] = ['office', 'arrival', 'record', 'persuasion', 'items', 'photos', 'mark', 'settle', 'review']

/** The ticket's own events and everything its visits hold, in the order it happened. */
export const timeline = (ticket: Ticket, stories: VisitStory[]): Moment[] => {
  const told = new Set(stories.map((story) => story.id))
  const office = ticket.events.filter((event) => !told.has(visitOf(event))).map((event) => moment('office', `event:${event.n}`, event.at, { by: event.by, event }))
  const field = stories.flatMap((story) => [...entryMoments(story), ...recordMoments(story), ...reviewMoments(story)])
  return [...office, ...field].sort((a, b) => second(a) - second(b) || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.at - b.at || (a.key < b.key ? -1 : 1))
}

/** Moments by calendar day, in order. */
export const byDay = (moments: Moment[], dayOf: (at: number) => string): { day: string; moments: Moment[] }[] => {
  const days: { day: string; moments: Moment[] }[] = []
  for (const one of moments) {
    const day = dayOf(one.at)
    const last = days.at(-1)
    if (last?.day === day) last.moments.push(one)
    else days.push({ day, moments: [one] })
  }
  return days
}
