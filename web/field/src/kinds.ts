import type { Component } from 'vue'
import type { ContactsPage } from '@shared/core/api'
import type { Agreement, FormView, RecordView, Value } from '@shared/core/views'

/** Something the office will ask for before it can approve a record. */
export interface Lack {
  name: string
  /** The part of the form where it is filled in. */
  part: string
  /** The element of the page where that is; else the part. */
  at?: string
  text: string
}

/** A part of a form. */
export interface FormPart {
  name: string
  component: Component
}

/** What the form of a record needs to know of its kind. Everything about a kind stands in its folder under `kinds`. */
export interface KindDefinition {
  /** The name of the kind's folder, and how its words begin. */
  kind: string
  /** Heading of the page. */
  title: () => string
  /** The form's parts in their order; each is told by `lacking` whether something in it is missing. */
  parts: readonly FormPart[]
  /** How the parts of one record are laid out: what comes first, and what is behind 更多. All come first if it does not say. */
  arrange?: (view: RecordView, form: FormView | null) => { first: readonly FormPart[]; more: readonly FormPart[]; opened: boolean }
  /** What is still missing before the record can be submitted, in the order of the form. */
  missing: (view: RecordView, agreement: Agreement | null, form: FormView | null) => Lack[]
  /** Where the record was taken, in one line; empty when nothing says it. */
  place: (view: RecordView) => string
  /** Lists of words that places of the record take their codes from, by `head/register`. */
  choices: Readonly<Record<string, string>>
  /** Pairs of words that yes and no go by, where they are not the common ones. */
  flags: Readonly<Record<string, 'flag.has' | 'flag.home' | 'flag.need'>>
  /** Words for a value that its kind alone can read; none for all others. `contacts`: what this phone can open of it. */
  text?: (view: RecordView, path: string, value: Value, contacts?: ContactsPage, form?: FormView | null) => string | null
  /** Whoever records chooses between two versions of a place; else the office does. */
  settles?: boolean
  /** Whether this phone may choose at this place, where not everybody may; everybody if it does not say. */
  maySettle?: (path: string, contacts: ContactsPage | undefined) => boolean
  /** The foot of the form, in the place of handing in for review. */
  foot?: Component
}

const found = import.meta.glob<KindDefinition>('./kinds/*/index.ts', { eager: true, import: 'default' })

const definitions = new Map(Object.values(found).map((definition) => [definition.kind, definition]))

/** The definition of `kind`; none when this version of the app does not know it. */
export const findDefinition = (kind: string): KindDefinition | undefined => definitions.get(kind)

/** Every kind this version knows. */
export const listKinds = (): string[] => [...definitions.keys()]
