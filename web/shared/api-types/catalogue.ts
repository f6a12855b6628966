import type { Id, Millis, PersonRef } from '../api-types'

export interface SmallType {
  name: string
  gb_code?: string
  words: string[]
}

export interface MiddleType {
  name: string
  gb_code?: string
  below: SmallType[]
}

export interface LargeType {
  name: string
  gb_code?: string
  below: MiddleType[]
}

export type FieldKind = 'money' | 'number' | 'text'

export interface Topic {
  id: string
  name: string
  words: string[]
  causes: string[]
  form: { id: string; name: string; kind: FieldKind }[]
}

export interface Cause {
  id: string
  name: string
  parent?: string
}

/** Who handles a duty: a unit, or the community of the ticket. */
export interface Handler {
  id?: Id
  name?: string
  community?: boolean
}

export interface Duty {
  id: string
  category: string[]
  words: string[]
  to: Handler
  basis?: string
}

export interface Catalogue {
  types: LargeType[]
  topics: Topic[]
  causes: Cause[]
  duties: Duty[]
  urgency: { critical: string[]; urgent: string[] }
}

export interface Tally {
  proposed: number
  corrected: number
}

export interface Figures {
  examples: number
  accuracy: number
  macro_f1: number
  baseline: { accuracy: number; macro_f1: number }
  silent_below: number
  spoken: number
  spoken_accuracy: number
}

export interface CatalogueInForce {
  /** 0 for the one that comes with the program. */
  version: number
  catalogue: Catalogue
  versions: { version: number; at: Millis; by: PersonRef }[]
  tallies: { subjects: Record<string, Tally>; entries: Record<string, Tally> }
  model: {
    trained: {
      at: Millis
      by: PersonRef | null
      version: number
      examples: number
      figures: { large: Figures | null; below: Record<string, Figures>; subject: Figures | null; subject_rules: number }
    } | null
    decided_since: number
  }
}
