import type { Collection, Entry, Id, PersonRef, Pin, Review, Ticket, TicketEvent, VisitStory, Written, WrittenValue } from '@shared/api-types'
import { photosOf, type Photo } from '../record/photos'
import { definitionIn, type EntryMoments, type KindDefinition } from '../kinds'
import { authorOf, happenedAt, living, numberOf, raw, textOf, valuesOf } from '../record/read'
import { sectionOf, shapeOf } from '../record/shape'

/** Moments that every record has. */
export type CommonMoment = 'office' | 'record' | 'photos' | 'mark' | 'settle' | 'review'

/** Things are told in the order in which they are done; a kind's own entries stand around the record. */
const RANK: Record<CommonMoment, number> = { office: 0, record: 200, photos: 400, mark: 500, settle: 600, review: 700 }
const [BEFORE, AFTER] = [100, 300]

/** One moment in the life of a ticket. */
export interface Moment {
  key: string
  at: number
  /** One of those below, or a kind of entry that the record's definition names. */
  kind: CommonMoment | (string & {})
  /** Its place among what happened within the same second. */
  rank: number
  /** What the kind of the record says that it belongs to; null for the ticket's own events. */
  definition: KindDefinition | null
  /** The visit it belongs to; null for the ticket's own events. */
  visit: Id | null
  /** Who did it, when a person is known. */
  by: PersonRef | null
  written: Written | null
  section?: string
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

const moment = (kind: CommonMoment, key: string, at: number, rest: Partial<Moment>): Moment => ({ kind, key, at, rank: RANK[kind], definition: null, visit: null, by: null, written: null, values: [], photos: [], pins: [], ...rest })

const entryValues = ({ collection, without }: EntryMoments, entry: Entry, definition: KindDefinition) =>
  (definition.entries[collection]?.fields ?? []).flatMap((name) => {
    const value = entry.values[name]
    const path = `${collection}/${entry.id}/${name}`
    return !value || value.value === null || value.value === '' || value.value === false || without.includes(name) || shapeOf(path, definition).kind === 'hidden' ? [] : [{ ...value, path }]
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
  const definition = definitionIn(story)
  const order = definition.sections.flatMap((section) => [...section.paths])
  const written = valuesOf(story)
    .filter(({ value, written }) => written && value !== null && value !== '')
    // What was not chosen of many is no moment.
    .filter(({ path, value }) => !(path.startsWith('answers/') && value === false) && shapeOf(path, definition).kind !== 'hidden')
  const picks = new Set(story.history.filter(({ message }) => message.endsWith('.settle')).map(({ hash }) => hash))
  const moments = together(
    written.map((one) => moment(picks.has(one.written?.hash ?? '') ? 'settle' : 'record', `${story.id}:${one.path}`, one.written?.phone_at ?? 0, { visit: story.id, by: one.written?.person ?? null, written: one.written, definition, section: sectionOf(one.path, definition), values: [one] })),
  )
  for (const one of moments) one.values.sort((a, b) => order.indexOf(a.path) - order.indexOf(b.path))
  return moments
}

/** A picture from the gallery came into the record when it was chosen, however old it is. */
const momentOf = (photo: Photo, author: Written | null): number => (photo.gallery ? (author?.phone_at ?? photo.takenAt) : (photo.takenAt ?? author?.phone_at)) ?? 0

const entryMoments = (story: VisitStory): Moment[] => {
  const definition = definitionIn(story)
  const own = definition.moments.flatMap((told, index) => {
    const moments = living(story.collections[told.collection as Collection]).map((entry) => single(told, index, story, entry, definition))
    return told.together ? together(moments) : moments
  })
  const photos = together(
    photosOf(story).map((photo) => {
      const author = authorOf(photo.entry)
      return moment('photos', `${story.id}:${photo.id}`, momentOf(photo, author), { visit: story.id, by: author?.person ?? null, written: author, definition, photos: [photo] })
    }),
  )
  const marks = living(story.collections.events).map((entry) => {
    const author = authorOf(entry)
    return moment('mark', `${story.id}:${entry.id}`, numberOf(entry, 'at') ?? author?.phone_at ?? 0, { visit: story.id, by: author?.person ?? null, written: author, definition, mark: textOf(entry, 'kind'), remark: textOf(entry, 'remark') })
  })
  return [...own, ...photos, ...marks]
}

const single = (told: EntryMoments, index: number, story: VisitStory, entry: Entry, definition: KindDefinition): Moment => {
  const author = authorOf(entry)
  const named = raw(entry, 'by')
  const by = typeof named === 'string' && author?.person?.id !== named ? { id: named, name: '' } : (author?.person ?? null)
  const rest = { visit: story.id, by, written: author, definition, entry, values: entryValues(told, entry, definition) }
  return { ...moment('record', `${story.id}:${entry.id}`, happenedAt(entry) ?? 0, rest), kind: told.kind, rank: (told.first ? BEFORE : AFTER) + index }
}

const reviewMoments = (story: VisitStory): Moment[] =>
  story.reviews.map((review) => moment('review', `${story.id}:${review.id}`, review.at, { visit: story.id, by: review.by, definition: definitionIn(story), review, remark: review.remark, pins: review.pins }))

/** The visit that an event of the ticket speaks of; its own story tells it better. */
const visitOf = (event: TicketEvent): Id => (event.detail && typeof event.detail === 'object' && 'visit' in event.detail ? String(event.detail.visit) : '')

/** Phones write whole seconds: within one, the rank decides. */
const second = (one: Moment) => Math.floor(one.at / 1_000)

/** The ticket's own events and everything its visits hold, in the order it happened. */
export const timeline = (ticket: Ticket, stories: VisitStory[]): Moment[] => {
  const told = new Set(stories.map((story) => story.id))
  const office = ticket.events.filter((event) => !told.has(visitOf(event))).map((event) => moment('office', `event:${event.n}`, event.at, { by: event.by, event }))
  const field = stories.flatMap((story) => [...entryMoments(story), ...recordMoments(story), ...reviewMoments(story)])
  return [...office, ...field].sort((a, b) => second(a) - second(b) || a.rank - b.rank || a.at - b.at || (a.key < b.key ? -1 : 1))
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
