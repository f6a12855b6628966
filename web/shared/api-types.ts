/** Shapes of the hub's HTTP API as the office reads them. Ids are ULID texts, times are unix milliseconds. */

import type { Clock } from './core/views'
import type { Sheet } from './form'
import type { Decision, ReviewState, TicketAction, TicketState } from './lifecycle/names'
import type { Warning } from './api-types/boards'
import type { Device } from './api-types/devices'
import type { DeadlineProfile, Life, StripStep, TicketTimes } from './api-types/life'
import type { Evidence, LinkedTicket } from './api-types/intake'
import type { TeamOnCall } from './api-types/rules'

export type * from './api-types/audit'
export type * from './api-types/boards'
export type * from './api-types/devices'
export type * from './api-types/exchange'
export type * from './api-types/figures'
export type * from './api-types/forms'
export type * from './api-types/imports'
export type * from './api-types/intake'
export type * from './api-types/life'
export type * from './api-types/mediations'
export type * from './api-types/papers'
export type * from './api-types/quarantine'
export type * from './api-types/rules'

export type Id = string
export type Millis = number

export type UnitKind = 'street' | 'community' | 'grid' | 'section' | 'team'

export interface UnitRef {
  id: Id
  kind: UnitKind
  code: string
  name: string
}

export interface Unit extends UnitRef {
  parent: Id | null
}

export interface PersonRef {
  id: Id
  name: string
  role?: string
}

/** How the hub itself is: `low`, photos and tables are refused soon; `reserve`, they are refused. */
export interface HubStatus {
  disk: 'enough' | 'low' | 'reserve'
  /** The hub was put back to an earlier state within the last days, and phones offer again what they hold. */
  turned: { at: number; cause: 'mark' | 'phone' | 'photos' | 'rebuild' | 'restore' } | null
  /** Photos that the hub had and has lost. */
  lost_photos: number
}

/** The signed-in person. */
export interface Me {
  id: Id
  username: string
  name: string
  role: string
  tenant: { id: Id; code: string; name: string }
  units: UnitRef[]
  office: boolean
  field: boolean
}

/** Answer to a login or a refresh: the access token lives in memory only. */
export interface Session {
  access: string
  access_expires_at: Millis
  user: Me
}

/** One page of a list; `next` is the cursor of the following page. */
export interface Page<Row> {
  items: Row[]
  next: string | null
  total: number
}

export interface Person {
  id: Id
  username: string
  name: string
  role: string
  state: 'active' | 'disabled'
  /** Who appointed them, while a second person has not confirmed it. */
  appointed_by: Id | null
  /** Their password was handed out and has not been replaced by their own. */
  first_password: boolean
  units: UnitRef[]
  devices: Device[]
}

export interface NewPerson {
  username: string
  name: string
  role: string
  units: Id[]
}

export interface EditedPerson {
  name: string
  role: string
  units: Id[]
}

/** A password to hand over, shown once. */
export interface FirstPassword {
  initial_password: string
  /** A second person has to confirm before the account works. */
  unconfirmed: boolean
}

export interface Enrolment {
  /** Sixteen Crockford characters as XXXX-XXXX-XXXX-XXXX. */
  code: string
  expires_at: Millis
  url: string
}

export type AssigneeKind = 'community' | 'grid' | 'person' | 'section' | 'team'

export interface Assignee {
  kind: AssigneeKind
  id: Id
  name: string
}

export interface TicketRow {
  id: Id
  upstream_no: string | null
  source: string
  channel: string | null
  title: string
  request_kind: string | null
  requester_type: string
  category: (string | null)[]
  address: string | null
  /** Name of the community. */
  community: string | null
  status: TicketState
  urgency: 'normal' | 'urgent' | 'critical'
  dispatched_at: Millis
  due_at: Millis | null
  assigned: Assignee | null
  visits: number
  disagreements: number
  /** Null where nothing is counted; absent where a list does not tell it. */
  clock?: ListedClock | null
  /** It was counted on a year whose calendar is not out: it may move. */
  due_provisional?: boolean
  /** 1, and one more for each 二次办理. */
  cycle?: number
  /** The level of the supervision that is open. */
  supervision?: string | null
  /** Who is on call today, of a ticket that a team has; empty: nobody. */
  on_call?: string[] | null
  /** Who was warned, where a list was asked for it. */
  warnings?: Warning[]
}

/** How long a ticket still has, in working days; of a term of hours, in hours. */
export interface ListedClock {
  level: 'green' | 'blue' | 'yellow' | 'red' | 'purple' | null
  state: 'running' | 'paused' | 'met' | 'missed' | 'stopped'
  due_day: string | null
  overdue: boolean
  working_days: number | null
  millis: number | null
  next_change: Millis | null
}

export interface TicketEvent {
  n: number
  at: Millis
  by: PersonRef | null
  kind: string
  detail: unknown
}

export interface Ticket extends TicketRow {
  description: string
  unit_text: string | null
  requester_masked: string | null
  phone_masked: string | null
  created_at: Millis
  /** The official answer, if the source has one. */
  reply: string | null
  replied_at: Millis | null
  times: TicketTimes
  /** By which rule its terms are counted; null where nothing is. */
  profile: DeadlineProfile | null
  /** Every term of it as it stands. */
  clocks: Clock[]
  life: Life
  /** The ten steps, in their order. */
  strip: StripStep[]
  /** What the signed-in person may do to it as it stands. */
  may: TicketAction[]
  /** Who took it first, where it came directly. */
  first_receiver: { id: Id; name: string } | null
  evidence: Evidence[]
  linked: LinkedTicket[]
  /** Who is on call today, of each team that it concerns. */
  on_call_teams: TeamOnCall[]
  events: TicketEvent[]
  visit_rows: VisitRow[]
}

export interface VisitRow {
  id: Id
  /** Which kind of record it is. */
  kind: string
  ticket: { id: Id; upstream_no: string | null; title: string; due_at: Millis | null }
  state: ReviewState
  place: string
  outcome: string
  people: PersonRef[]
  arrived_at: Millis | null
  submitted_at: Millis | null
  changed_at: Millis
  received_at: Millis
  disagreements: number
  photos: { total: number; pending: number }
  late: boolean
}

export interface VisitCounts {
  draft: number
  submitted: number
  returned: number
  approved: number
  rejected: number
  disputed: number
}

export interface VisitPage extends Page<VisitRow> {
  counts: VisitCounts
}

/** A value a person wrote: text, number, yes/no, or nothing. */
export type Value = string | number | boolean | null

/** Who wrote something, on which device, when by the phone's clock, and when the hub received it. */
export interface Written {
  person: PersonRef | null
  device: { id: Id; name: string } | null
  phone_at: Millis
  /** The phone's clock could not be right: `phone_at` is an estimate. */
  phone_doubted: boolean
  received_at: Millis | null
  /** Short hash of the change that carried it. */
  hash: string
}

export interface WrittenValue {
  value: Value
  written: Written | null
}

export interface PathValue extends WrittenValue {
  /** `fields/name`. */
  path: string
}

export interface Choice extends WrittenValue {
  op: string
}

export interface Disagreement {
  path: string
  values: Choice[]
  /** The choice that is shown until somebody picks; the rule that picks it knows nothing of time. */
  shown: string
}

export interface Entry {
  id: Id
  removed: boolean
  values: Record<string, WrittenValue>
}

export type Collection =
  | 'tickets' | 'photos' | 'events'
  | 'arrivals' | 'participants' | 'persuasions' | 'items'
  | 'parties' | 'mediators' | 'claims' | 'points' | 'clauses' | 'sessions' | 'statements' | 'consultations' | 'invitees' | 'signatures' | 'checks' | 'reports' | 'confirmations'

export interface HistoryRow {
  hash: string
  written: Written | null
  /** The gesture, as `visit.arrivals.put`. */
  message: string
}

export interface Pin {
  path: string
  text: string
}

export interface Review {
  id: Id
  decision: Decision
  reason: string
  remark: string
  pins: Pin[]
  by: PersonRef | null
  at: Millis
}

/** What every record tells. */
export interface RecordStory {
  id: Id
  /** Which kind of record it is: the name of the kind's folder. */
  kind: string
  /** What is told here; a decision says it as `seen`. */
  changed_seq: number
  tickets: { id: Id; upstream_no: string | null; title: string; status: TicketState }[]
  values: PathValue[]
  /** Long texts by name; several people may have written in one. */
  notes: Record<string, string>
  disagreements: Disagreement[]
  collections: Partial<Record<Collection, Entry[]>>
  /** SHA-256 of photos that the record names and the hub does not hold yet. */
  photos_pending: string[]
  /** Every change, oldest first. */
  history: HistoryRow[]
  devices: { id: Id; name: string; last_seen_at: Millis | null }[]
}

/** One visit as the office reads it. */
export interface VisitStory extends RecordStory {
  state: ReviewState
  /** The record as its form sees it; null where it is only looked through. */
  form?: Sheet | null
  /** Something came in after the decision. */
  late: boolean
  submitted_at: Millis | null
  reviews: Review[]
  /** Hashes of changes that came in after the last decision. */
  late_changes: string[]
}

export interface ReviewRequest {
  decision: Decision
  reason?: string
  remark?: string
  pins?: Pin[]
  accept_missing_photos?: boolean
  accept_incomplete?: boolean
  /** `changed_seq` of the story that was on the screen. */
  seen: number
  /** The leader decides although they took part. */
  own_work?: boolean
}

export interface SettleRequest {
  path: string
  /** An `op` of the disagreement's values. */
  choice?: string
  value?: Value
  reason?: string
  seen: number
  own_work?: boolean
}

/** The ticket that something names. */
export interface TicketName {
  id: Id
  upstream_no: string | null
  title: string
  status: TicketState
}

/** Body of an `application/problem+json` answer. */
export interface ProblemBody {
  title?: string
  status?: number
  code?: string
  detail?: string
  request_id?: string
}
