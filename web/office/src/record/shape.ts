import { parseAnswer } from '@shared/form'
import type { KindDefinition } from '../kinds'

/** What a value of a record is, so that it can be shown, compared and written by hand. */
export type ValueKind = 'text' | 'note' | 'yes' | 'time' | 'count' | 'enum' | 'person' | 'place' | 'hidden'

export interface Shape {
  kind: ValueKind
  /** Group of the listed words that an enum or a yes goes by. */
  group?: string
  /** The codes of an enum. */
  words?: readonly string[]
  /** Where the unit of a count stands. */
  unitAt?: string
}

export const text: Shape = { kind: 'text' }
export const note: Shape = { kind: 'note' }
/** A yes or a no, and the pair of words it goes by. */
export const yes = (group = 'flag'): Shape => ({ kind: 'yes', group })
export const time: Shape = { kind: 'time' }
export const count: Shape = { kind: 'count' }
/** A count of what the value at `unitAt` says. */
export const countOf = (unitAt: string): Shape => ({ kind: 'count', unitAt })
export const person: Shape = { kind: 'person' }
export const hidden: Shape = { kind: 'hidden' }
export const oneOf = (group: string, words: readonly string[]): Shape => ({ kind: 'enum', group, words })

export interface Path {
  /** `fields`, `notes` or a collection. */
  head: string
  /** Entry id, for collections. */
  entry: string | null
  /** The field's own name; empty for a whole entry. */
  name: string
}

export const parsePath = (path: string): Path => {
  const [head = '', second = '', ...rest] = path.split('/')
  return head === 'fields' || head === 'notes' ? { head, entry: null, name: second } : { head, entry: second, name: rest.join('/') }
}

/** What the value of an answer is; null for another place. */
function answerShape(path: string): Shape | null {
  const part = parseAnswer(path)?.part
  if (part === undefined) return null
  if (part === 'number') return count
  if (part === 'date') return time
  return part.startsWith('has:') ? yes() : text
}

export const shapeOf = (path: string, { shapes }: Pick<KindDefinition, 'shapes'>): Shape => {
  const answered = answerShape(path)
  if (answered) return answered
  const { head, entry, name } = parsePath(path)
  return shapes[entry === null ? path : `${head}/*/${name}`] ?? text
}

/** The section of the record that `path` is read in; `answers` for those to a form's questions, `other` for what the kind puts nowhere. */
export const sectionOf = (path: string, { sections }: Pick<KindDefinition, 'sections'>): string => (path.startsWith('answers/') ? 'answers' : (sections.find((section) => section.paths.includes(path))?.name ?? 'other'))
