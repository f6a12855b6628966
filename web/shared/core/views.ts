// What the core answers with, after JSON.parse. Times are unix milliseconds, ids are ULID texts, hashes lower-case hex.

import type { Decision, ReviewState, TicketState } from '../lifecycle/names'

export type Value = string | number | boolean | null

export type PlaceKind = 'stairwell' | 'courtyard' | 'market' | 'shop' | 'street' | 'home' | 'other'
export type FindingKind = 'clutter' | 'noise' | 'network' | 'sanitation' | 'construction' | 'road_occupation' | 'other'
export type Severity = 'low' | 'medium' | 'high'
export type Cooperation = 'cooperative' | 'reluctant' | 'refused' | 'absent'
export type CleanupState = 'not_needed' | 'pending' | 'partial' | 'done'
export type CleanupUnit = 'kg' | 'm3' | 'piece' | 'cart'
export type Outcome = 'resolved' | 'partly' | 'unresolved' | 'explained'
export type ItemState = 'found' | 'cleared' | 'moved' | 'refused'
export type PhotoRole = 'before' | 'after' | 'evidence'
export type Urgency = 'normal' | 'urgent' | 'critical'

/** One record of a collection; fields other than these two depend on the collection and may each be absent. */
export interface Entry {
  id: string
  removed: boolean
  [field: string]: Value | undefined
}

/** The collections of a visit that the phone shows. */
export type Collection = 'arrivals' | 'participants' | 'persuasions' | 'items' | 'photos'

/** Several people wrote the same place without knowing of each other; all their values are kept. */
export interface Conflict {
  path: string
  /** The one shown at present first; it is picked by rule, not by time. */
  values: { op: string; value: Value; at: number | null; by: string | null }[]
}

/** Own words at one place that are shown and not in the record. */
export interface Aside {
  /** `fields/NAME`, `notes/NAME`, `COLLECTION/ID` or `COLLECTION/ID/NAME`. */
  path: string
  /** Why they are not. */
  code: string
  at: number
  /** What the record says there instead. */
  recorded: Value
  /** `wait`: they are offered again by themselves; `rewrite`: written anew they pass; `office`: only the office can help. */
  remedy: 'wait' | 'rewrite' | 'office'
}

export interface Pin {
  path: string
  text: string
}

export interface Review {
  decision: Decision
  reason: string
  remark: string
  pins: Pin[]
  /** Name of who decided. */
  by: string
  at: number
}

export interface VisitView {
  doc: string
  /** Which kind of record it is: the name of the kind's folder. */
  kind: string
  ticket: string
  state: ReviewState
  fields: Record<string, Value>
  notes: Record<string, { text: string }>
  arrivals: Entry[]
  participants: Entry[]
  persuasions: Entry[]
  items: Entry[]
  photos: Entry[]
  events: Entry[]
  conflicts: Conflict[]
  /** Own words that are shown in their places and not in the record. */
  aside: Aside[]
  /** Own changes the office has not received yet. */
  pending: number
  reviews: Review[]
  locked: boolean
}

export interface VisitRow {
  doc: string
  ticket: string
  state: ReviewState
  place: string
  outcome: string
  changed_at: number
  arrived_at: number | null
  /** Own changes on this phone only. */
  queued: number
  /** Own changes at the office, not yet checked. */
  received: number
  /** Own changes in the record. */
  admitted: number
  /** Own changes put aside or not taken. */
  quarantined: number
  /** Places of own words that are not in the record. */
  aside: number
  photos: string[]
  reviews: Review[]
  /** Places where people disagree. */
  disagreements: number
  /** Whether this phone wrote in it. */
  mine: boolean
  locked: boolean
  /** Cannot be opened; its changes are kept. */
  damaged: boolean
}

export interface TicketRow {
  id: string
  /** Empty for a request received locally. */
  upstream_no: string
  title: string
  description: string
  address: string
  community: string
  status: TicketState
  urgency: Urgency
  due_at: number | null
  dispatched_at: number
  assigned: { kind: string; id: string; name: string } | null
  category: string[]
  /** The office gave it to someone else; what was recorded stays. */
  removed: boolean
  requester_masked: string
  phone_masked: string
}

export interface Reference {
  people: { id: string; name: string; role: string; left?: boolean }[]
  units: { id: string; kind: string; name: string }[]
}

/** How long somebody has; calendar days and months end on a working day. */
export type Term = { hours: number } | { working_days: number } | { days: number } | { months: number }

/** The end of a term: the last day as `2026-10-08`, its 24:00 in unix ms, and whether it counts on a year that is not published yet. */
export interface Due {
  day: string
  at: number
  provisional: boolean
}

export interface ReplicaStatus {
  queued: number
  received: number
  admitted: number
  quarantined: number
  refused: number
  /** Places of own words that are not in the record. */
  aside: number
  cursor: boolean
  last_sync_at: number | null
  /** Hub's clock minus the phone's. */
  clock_offset_ms: number | null
  /** The history that the hub tells; when it is another one, the hub may have lost photos. */
  timeline: string | null
  /** The last finished backup of the hub holds everything that it received up to then, by its clock. */
  secured_until: number | null
}

export interface FrameEvent {
  frame: string
  /** Last frame: whether to ask again at once. */
  more?: boolean | null
  /** Last frame: until when this phone, whose person left, may hand over what it holds. */
  released_until?: number | null
  /** The cursor was void; ask again at once. */
  resync?: boolean
  /** Live channel: something was left out, ask. */
  poke?: boolean
  docs?: string[]
  tickets?: string[]
}

/** One gesture of the person, written as one change. */
export type Edit =
  | { edit: 'set_field'; field: string; value: Value }
  | { edit: 'set_note'; note: string; text: string }
  | { edit: 'put_entry'; collection: Collection; id: string; fields: Record<string, Value> }
  | { edit: 'remove_entry'; collection: Collection; id: string }
  | { edit: 'restore_entry'; collection: Collection; id: string }
  | { edit: 'mark'; id: string; kind: 'submit' | 'withdraw' | 'note'; by?: string; remark?: string }
