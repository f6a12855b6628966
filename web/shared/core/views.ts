// What the core answers with, after JSON.parse. Times are unix milliseconds, ids are ULID texts, hashes lower-case hex.

import type { Label, Sheet } from '../form'
import type { Decision, MediationState, ReviewState, TicketState } from '../lifecycle/names'

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
export type VisitCollection = 'arrivals' | 'participants' | 'persuasions' | 'items' | 'photos'

/** The collections of a mediation. */
export type MediationCollection =
  | 'parties'
  | 'mediators'
  | 'claims'
  | 'points'
  | 'clauses'
  | 'sessions'
  | 'statements'
  | 'consultations'
  | 'invitees'
  | 'photos'
  | 'signatures'
  | 'checks'
  | 'reports'
  | 'confirmations'

export type Collection = VisitCollection | MediationCollection

/** Several people wrote the same place without knowing of each other; all their values are kept. */
export interface Conflict {
  path: string
  /** The one shown at present first; it is picked by rule, not by time. */
  values: { op: string; value: Value; at: number | null; by: string | null }[]
}

/** Own words at one place that are shown and not in the record. */
export interface Aside {
  /** `fields/NAME`, `answers/QUESTION/PART`, `notes/NAME`, `COLLECTION/ID` or `COLLECTION/ID/NAME`. */
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

/** A record of any kind, whole; it has the collections of its kind. */
export interface RecordView extends Partial<Record<Collection, Entry[]>> {
  doc: string
  /** Which kind of record it is: the name of the kind's folder. */
  kind: string
  ticket: string
  state: ReviewState
  fields: Record<string, Value>
  /** Answers to the questions of forms, by their paths, as `answers/people/number`. */
  answers: Record<string, Value>
  notes: Record<string, { text: string }>
  photos: Entry[]
  events: Entry[]
  conflicts: Conflict[]
  /** Own words that are shown in their places and not in the record. */
  aside: Aside[]
  /** Own changes the office has not received yet. */
  pending: number
  /** Entries with such changes, as `COLLECTION/ID`. */
  unsent: string[]
  reviews: Review[]
  /** Whether several people wrote in it. */
  shared: boolean
  locked: boolean
}

export type VisitView = RecordView & Required<Pick<RecordView, VisitCollection>>
export type MediationView = RecordView & Required<Pick<RecordView, MediationCollection>>

/** A visit as its form sees it, and the form to go over to when another one fits its ticket by now. */
export interface FormView extends Sheet {
  fits: { name: string; title: Label } | null
}

/** As whom somebody signs a mediation. */
export type Capacity = 'party' | 'mediator' | 'committee'

/** One who has to sign a mediation; `cancelled` names the places that were changed since, and what stood there. */
export type Signer = { capacity: Capacity; id: string | null; name: string; needed: boolean } & (
  | { state: 'signed'; signature: string; at: number | null }
  | { state: 'cancelled'; signature: string; changed: string[]; was: Value[] }
  | { state: 'refused'; signature: string }
  | { state: 'missing' }
)

/** A version that somebody signed. */
export interface Revision {
  number: number
  content: string
  signatures: string[]
  complete_at: number | null
}

/** Something to look at on a day: that a clause is kept, or that it was performed by its date. */
export interface Task {
  clause: string
  /** The clause as it stands in the version that holds. */
  text: string
  at: number
  performance: boolean
  /** The check that was made of it. */
  check: string | null
}

/** That a clause was not kept, in the words of a party's representative; `open` until somebody has looked at the clause. */
export interface Report {
  /** The entry in `reports`. */
  report: string
  clause: string
  open: boolean
}

/** Where a mediation stands. Nothing of it is stored: the core reads it from the record. */
export interface Agreement {
  standing: MediationState
  /** Hash of what would be signed now; none while people disagree on it. */
  content: string | null
  number: number
  /** Places of the paper on which people disagree. */
  unsettled: string[]
  /** What must be filled in before anybody signs. */
  gaps: { code: string; path: string }[]
  signers: Signer[]
  revisions: Revision[]
  /** Signatures stand over different contents and none of these is complete. */
  split: boolean
  /** The version that holds. */
  holds: Revision | null
  tasks: Task[]
  kept: [clause: string, result: 'breached' | 'performed' | 'pending'][]
  reports: Report[]
  is_due: boolean
  next_at: number | null
  is_followed_up: boolean
}

/** What somebody has drawn and what it belongs to; strokes are x, y, x, y ... within a square of 10,000. */
export interface Sealed {
  document: string
  content: string
  algorithm: 'sha-256'
  capacity: 'party' | 'mediator' | 'attendance'
  signer: string
  name: string
  strokes: number[][]
  at: number
  by: string
  device: string
}

/** A record in a list. */
export interface VisitRow {
  doc: string
  kind: string
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
  /** Whether several people wrote in it. */
  shared: boolean
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
  /** What its clocks are made of. */
  deadline?: { facts: { first_contact?: { at: number } } } | null
  /** What is asked of whom; absent from older hubs, and where the ticket is over. */
  work?: TicketWork | null
  /** What this person may do to it from a phone, by the words of docs/LIFECYCLE.md. */
  may: string[]
  /** Whether this person may ask by which number the requester is reached. */
  calls: boolean
}

/** Words to those who work on a ticket. */
export interface Said {
  words: string
  by: string
  at: number
}

/** What is asked on a ticket, as this person may act on it; lists that are empty are left out. */
export interface TicketWork {
  /** The number of the ticket's last event. */
  version: number
  /** 主办 */
  leads: boolean
  instruction?: Said
  taken_by?: string
  help?: { n: number; words: string; unit: string; due_at: number | null; state: string; answer?: string }[]
  /** Other units of whom help is still wanted. */
  others?: string[]
  promises?: { n?: number; party: string; words: string; due_at: number | null; promised: boolean }[]
  hold_until?: number
  returned?: Said
  supervisions?: { n: number; level: string; words: string; due_at: number | null; answered: boolean }[]
  /** Moments of the contacts that this person told. */
  contacts?: number[]
}

export interface Reference {
  people: { id: string; name: string; role: string; left?: boolean }[]
  units: { id: string; kind: string; name: string }[]
  /** Who of the person's own teams is on call; a day that is not there is nobody's. */
  on_call?: OnCallDay[]
}

export interface OnCallDay {
  unit: string
  /** `2026-11-28` */
  day: string
  /** `calls`: the hub tells this phone by which number they are reached. */
  people: { id: string; name: string; calls?: boolean }[]
}

/** How long somebody has; calendar days and months end on a working day. */
export type Term = { hours: number } | { working_days: number } | { days: number } | { months: number }

/** The end of a term: the last day as `2026-10-08`, its 24:00 in unix ms, and whether it counts on a year that is not published yet. */
export interface Due {
  day: string
  at: number
  provisional: boolean
}

export type Level = 'green' | 'blue' | 'yellow' | 'red' | 'purple'

/** Working days of 24 hours and ms beside them: what is left, or for how long it has been over. */
export interface Remaining {
  overdue: boolean
  working_days: number
  millis: number
}

/** A term of a ticket as it stands; moments are the hub's. */
export interface Clock {
  kind: 'contact' | 'arrival' | 'feedback' | 'result' | 'return_window' | 'co_task' | 'supervision' | 'appeal' | 'promise'
  /** Which co-task or supervision: the number of its event. */
  name?: string
  state: 'running' | 'paused' | 'met' | 'missed' | 'stopped'
  from: number | null
  due: Due | null
  /** What was due before a pause or an extension pushed it. */
  first_due: Due | null
  given: boolean
  met_at: number | null
  /** Done in time, and known only after the time was over. */
  told_late: boolean
  corrected: boolean
  missing?: ('requester' | 'platform')[]
  level: Level | null
  next_change: number | null
  remaining: Remaining | null
}

/** The clocks of one ticket, and when a level of them changes, by this phone's clock. */
export interface TicketClocks {
  ticket: string
  clocks: Clock[]
  level: Level | null
  wake_at: number | null
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
  | { edit: 'answer'; question: string; part: string; value: Value }
  | { edit: 'set_note'; note: string; text: string }
  | { edit: 'put_entry'; collection: Collection; id: string; fields: Record<string, Value> }
  | { edit: 'remove_entry'; collection: Collection; id: string }
  | { edit: 'restore_entry'; collection: Collection; id: string }
  | { edit: 'mark'; id: string; kind: 'submit' | 'withdraw' | 'discard' | 'resume' | 'note'; by?: string; remark?: string }
  | { edit: 'settle'; path: string; value: Value }
