import type { Value, VisitStory } from '@shared/api-types'
import type { Sheet } from '@shared/form'
import type { IconName } from './components/Icon.vue'
import { named } from './i18n'
import type { Shape } from './record/shape'

/** A part of a record's values, read together. */
export interface Section {
  name: string
  title: () => string
  paths: readonly string[]
}

/** How a collection is told as a table. */
export interface EntryTable {
  /** Fields worth a column, in reading order. */
  fields: readonly string[]
  /** Fields that speak only when they are a yes, and what they say then. */
  alarms?: Readonly<Record<string, () => string>>
  /** Has a column for where it was. */
  positioned?: boolean
}

/** How the entries of a collection are told in a ticket's story. */
export interface EntryMoments {
  kind: string
  collection: string
  icon: IconName
  /** What the filter calls them. */
  tab: () => string
  /** Fields that the moment itself tells already. */
  without: readonly string[]
  /** Comes before the record's values when it happened in the same second. */
  first?: boolean
  /** Entries close together are one moment, each in a line of its own. */
  together?: boolean
}

/** What the office's pages need to know of a kind of record. Everything about a kind stands in its folder under `kinds`. */
export interface KindDefinition {
  /** The name of the kind's folder, and how its words begin. */
  kind: string
  /** What a record is called that names no place. */
  title: () => string
  /** Shapes of values by path; entries of collections have `*` for their id. What is not named is a line of text. */
  shapes: Readonly<Record<string, Shape>>
  sections: readonly Section[]
  entries: Readonly<Record<string, EntryTable>>
  moments: readonly EntryMoments[]
  /** Where the record was taken, in one line; empty when nothing says it. */
  place: (valueAt: (path: string) => Value | undefined) => string
  /** What became of the matter, for the list of records. */
  outcome: { name: () => string; text: (code: string) => string }
  /** The form of the record that is being read: it names answers. */
  form?: Sheet | null
}

const found = import.meta.glob<KindDefinition>('./kinds/*/index.ts', { eager: true, import: 'default' })

const definitions = new Map(Object.values(found).map((definition) => [definition.kind, definition]))

/** A kind that this version does not know: everything in it is shown as it is. */
const unknown = (kind: string): KindDefinition => ({
  kind,
  title: () => named(kind),
  shapes: {},
  sections: [],
  entries: {},
  moments: [],
  place: () => '',
  outcome: { name: () => '', text: (code) => code },
})

/** The definition of `kind`. */
export const definitionOf = (kind: string): KindDefinition => definitions.get(kind) ?? unknown(kind)

/** The definition for one record, with its form. */
export const definitionIn = ({ kind, form }: Pick<VisitStory, 'kind' | 'form'>): KindDefinition => ({ ...definitionOf(kind), form: form ?? null })

/** Every kind this version knows. */
export const listDefinitions = (): KindDefinition[] => [...definitions.values()]
