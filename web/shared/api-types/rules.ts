import type { Id, Millis } from '../api-types'
import type { Clock, Level } from '../core/views'

/** Terms that a profile can have. */
export type TermKind = 'contact' | 'arrival' | 'feedback' | 'result' | 'return_window'
export type LengthUnit = 'hours' | 'working_days' | 'days' | 'months'

export interface Length {
  amount: number
  unit: LengthUnit
}

export interface TermForm extends Length {
  kind: TermKind
  from: 'dispatch' | 'assignment'
}

/** A deadline profile as a form has it. */
export interface ProfileForm {
  id: string
  version: number
  name: string
  basis: string
  /** `2026-12-01`; empty if its rule names no day. */
  effective_from: string
  terms: TermForm[]
  feedback_to: ('requester' | 'platform')[]
  extension: Length | null
  day_ends: 'midnight' | 'closing'
  hours_run_off_duty: boolean
  business: string
  warnings: { blue_percent: number; yellow_working_days: number; yellow_percent: number; purple_working_days: number; return_hours: number }
}

/** One version of a deadline profile; it is never changed. */
export interface ProfileRow {
  id: string
  version: number
  name: string
  basis: string
  effective_from: string | null
  text: string
  form: ProfileForm
  /** Tickets that are dispatched today get it. */
  in_force: boolean
  /** Null for who does not see every ticket. */
  tickets: { all: number; open: number } | null
  written_at: Millis | null
  person: Id | null
  by: string | null
}

export interface PreviewedTerm {
  kind: Clock['kind']
  from: Millis
  due_at: Millis
  provisional: boolean
  levels: { level: Level; at: Millis }[]
}

export interface CalendarYear {
  year: number
  sources: string[]
  working_days: number
  holidays: { name: string; first: string; last: string }[]
  makeup_days: string[]
  imported_at: Millis | null
}

/** A printed card with a code that leads to the public form. */
export interface Card {
  code: string
  place: string
  community: Id | null
  active: boolean
  created_at: Millis
  reports: number
  url: string
}

/** A team and who of it is on call today. */
export interface TeamOnCall {
  unit: Id
  name: string
  people: { id: Id; name: string; number: string | null }[]
}

/** A week of a team. */
export interface RosterWeek {
  unit: Id
  name: string
  week: string
  today: string
  version: number
  written: { at: Millis; by: string } | null
  days: { day: string; works: boolean; people: { id: Id; name: string; here: boolean }[] }[]
  members: { id: Id; name: string; number: string | null }[]
  editable: boolean
}

export interface NewWeek {
  week: string
  seen: number
  days: Id[][]
  numbers: { person: Id; number: string }[]
}
