import type { Collection, Entry, PathValue, PersonRef, Value, VisitStory, Written } from '@shared/api-types'
import { position, stamp, tail } from '../format'
import { named, t, word } from '../i18n'
import type { KindDefinition } from '../kinds'
import { answerLabel, answerText } from './answers'
import { parsePath, shapeOf } from './shape'

/** Names by person id. */
export type Directory = Map<string, PersonRef>

/** Everybody a record mentions by name somewhere; values hold bare ids. */
export const directoryOf = (story: VisitStory, more: PersonRef[] = []): Directory => {
  const people: Directory = new Map(more.map((person) => [person.id, person]))
  const add = (written: Written | null) => written?.person && people.set(written.person.id, written.person)
  for (const { written } of story.values) add(written)
  for (const entries of Object.values(story.collections)) for (const entry of entries) for (const { written } of Object.values(entry.values)) add(written)
  for (const { values } of story.disagreements) for (const { written } of values) add(written)
  for (const { written } of story.history) add(written)
  for (const { by } of story.reviews) if (by) people.set(by.id, by)
  // Entries with a name of their own, as parties, are named elsewhere by their ids as people are.
  for (const entry of Object.values(story.collections).flat()) if (textOf(entry, 'name')) people.set(entry.id, { id: entry.id, name: textOf(entry, 'name') })
  return people
}

/** A value with everybody who wrote in it; only long texts can have several. */
export interface SharedValue extends PathValue {
  writers: PersonRef[]
}

/** Fields and long texts alike. A long text's last writing stands for it: letters of several people merge in it. */
export const valuesOf = (story: VisitStory): SharedValue[] => {
  const fields = story.values.map((one) => ({ ...one, writers: one.written?.person ? [one.written.person] : [] }))
  const notes = Object.entries(story.notes).map(([name, value]) => {
    const edits = story.history.filter(({ message }) => message.endsWith(`.note.${name}`)).flatMap(({ written }) => written ?? [])
    const writers = [...new Map(edits.flatMap(({ person }) => (person ? [[person.id, person] as const] : []))).values()]
    return { path: `notes/${name}`, value, written: edits.at(-1) ?? null, writers }
  })
  return [...fields, ...notes]
}

export const personName = (id: string, people: Directory): string => people.get(id)?.name ?? t('person.unknown', { tail: tail(id) })

/** A yes or a no by its pair of words. */
export const flag = (value: boolean, pair = 'flag'): string => named(`${pair}.${value ? 'yes' : 'no'}`)

/** A value in words. */
export const show = (path: string, value: Value, definition: KindDefinition, people: Directory = new Map()): string => {
  if (value === null || value === undefined || value === '') return t('value.empty')
  const answered = answerText(definition.form, path, value)
  if (answered !== null) return answered
  const shape = shapeOf(path, definition)
  switch (shape.kind) {
    case 'yes':
      return flag(value === true, shape.group)
    case 'time':
      return typeof value === 'number' ? stamp(value) : String(value)
    case 'enum':
      return word(shape.group ?? '', String(value))
    case 'person':
      return personName(String(value), people)
    default:
      return typeof value === 'boolean' ? flag(value) : String(value)
  }
}

/** A value's name without the entry it belongs to. */
export const ownLabel = (path: string, { kind, form }: Pick<KindDefinition, 'kind' | 'form'>): string => {
  const answered = answerLabel(form, path)
  if (answered !== null) return answered
  const { head, name } = parsePath(path)
  return word(`${kind}.${head}`, name)
}

/** What a kind calls one of its collections or sets. */
export const collectionName = (head: string, { kind }: Pick<KindDefinition, 'kind'>): string => {
  const name = word(`${kind}.collections`, head)
  return name === head ? word(`${kind}.sets`, head) : name
}

/** What a value is called where others stand beside it: `楼号`, `上门劝导 2 · 住户`. */
export const label = (path: string, definition: Pick<KindDefinition, 'kind' | 'form'>, story?: VisitStory): string => {
  const { head, entry, name } = parsePath(path)
  if (entry === null || head === 'answers') return ownLabel(path, definition)
  const index = living(story?.collections[head as Collection]).findIndex((one) => one.id === entry)
  const which = index < 0 ? collectionName(head, definition) : t('collection.nth', { name: collectionName(head, definition), n: index + 1 })
  return name ? t('label.of', { which, own: ownLabel(path, definition) }) : which
}

/** A change in words by its intent, as `visit.severity`, `visit.note.finding`, `visit.photos.put`. */
export const changeText = (message: string): string => {
  const [kind = '', head = '', tail = ''] = message.split('.')
  if (head === 'settle') return t('change.settle')
  if (head === 'answer') return t('change.answer')
  if (head === 'note' && tail) return t('change.note', { label: word(`${kind}.notes`, tail) })
  if (tail === 'put' || tail === 'include') return t('change.put', { name: collectionName(head, { kind }) })
  if (tail === 'remove') return t('change.remove', { name: collectionName(head, { kind }) })
  if (tail === 'restore') return t('change.restore', { name: collectionName(head, { kind }) })
  const mark = word(`${kind}.choices.mark`, head)
  return mark === head ? t('change.set', { label: word(`${kind}.fields`, head) }) : mark
}

export const raw = (entry: Entry, field: string): Value => entry.values[field]?.value ?? null
export const textOf = (entry: Entry, field: string): string => String(raw(entry, field) ?? '')
export const numberOf = (entry: Entry, field: string): number | null => {
  const value = raw(entry, field)
  return typeof value === 'number' ? value : null
}

/** Who put the entry in: the author of its first field that says so. */
export const authorOf = (entry: Entry): Written | null => Object.values(entry.values).reduce<Written | null>((first, { written }) => (written && (!first || written.phone_at < first.phone_at) ? written : first), null)

/** When the thing itself happened by its own field, else when it was written. */
export const happenedAt = (entry: Entry): number | null => numberOf(entry, 'taken_at') ?? numberOf(entry, 'at') ?? numberOf(entry, 'joined_at') ?? authorOf(entry)?.phone_at ?? null

/** By `pos` where there is one, then by time, then by id: the same on every screen. */
export const ordered = (entries: Entry[]): Entry[] =>
  [...entries].sort((a, b) => textOf(a, 'pos').localeCompare(textOf(b, 'pos'), 'en') || (happenedAt(a) ?? 0) - (happenedAt(b) ?? 0) || (a.id < b.id ? -1 : 1))

export const living = (entries: Entry[] | undefined): Entry[] => ordered((entries ?? []).filter((entry) => !entry.removed))

/** Where an arrival or a photo was, in words; null without a fix. */
export const placeOf = (entry: Entry): string | null => {
  const [lat, lon] = [numberOf(entry, 'lat_e7'), numberOf(entry, 'lon_e7')]
  if (lat === null || lon === null) return null
  const accuracy = numberOf(entry, 'accuracy_m')
  return accuracy === null ? position(lat, lon) : t('position.accuracy', { position: position(lat, lon), n: accuracy })
}
