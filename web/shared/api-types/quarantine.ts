import type { Id, Millis, Page, PersonRef, TicketName, VisitStory } from '../api-types'

/** Changes of one device that wait: for a decision of the office, or for a change before them. */
interface Held {
  id: Id
  doc: Id
  device: Id
  device_name: string | null
  person: PersonRef | null
  received_at: Millis
  changes: number
  /** Null where the sub-district has no such ticket. */
  ticket_name: TicketName | null
}

/** Changes that were put aside. */
export interface Quarantined extends Held {
  ticket: Id | null
  /** Stable reason code. */
  code: string
  /** The same changes may pass at another time. */
  may_pass_later: boolean
  /** Written by somebody who had the ticket then or before. */
  had_ticket: boolean
  decision: 'admitted' | 'refused' | null
  decided_at: Millis | null
  /** Null where it passed by itself when the phone sent it again. */
  decided_by: PersonRef | null
  /** Why it was refused. */
  remark: string
}

/** Changes that wait for one before them. */
export interface WaitingChanges extends Held {
  ticket: Id
}

export interface QuarantinePage extends Page<Quarantined> {
  waiting: WaitingChanges[]
}

/** One change that was put aside. */
export interface AsideChange {
  hash: string
  message: string | null
  phone_at: Millis | null
  /** Why it cannot be taken in now. */
  code: string | null
  /** It builds on a change that has not arrived. */
  waits: boolean
}

/** What one person sent for one record, read and decided as a whole. */
export interface QuarantineCase {
  item: Quarantined
  rows: Quarantined[]
  changes: AsideChange[]
  /** The record as it would be; null if the bytes cannot be read. */
  story: VisitStory | null
  /** A part of the record was taken in before: it has its tickets. */
  has_record: boolean
}

export interface AdmitAnswer extends QuarantineCase {
  admitted: number
  left: number
}

/** What a file that a phone exported has brought. */
export interface HandedOver {
  person: PersonRef | null
  device: string
  made_at: Millis
  /** Changes that came in now, that were here, and that lie in the quarantine. */
  new: number
  known: number
  aside: number
  photos_new: number
  photos_known: number
  photos_refused: number
}

/** A contact that was made when the ticket was another one's by then. */
export interface AsideContact {
  id: Id
  ticket: Id
  upstream_no: string | null
  title: string
  person: Id
  name: string
  device: Id
  means: string
  words: string
  made_at: Millis
  corrected: boolean
  received_at: Millis
  decision: 'admitted' | 'refused' | null
  remark: string
}
