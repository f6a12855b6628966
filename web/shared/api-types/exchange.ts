import type { Id, Millis } from '../api-types'
import type { TicketState } from '../lifecycle/names'

/** Feedback of a ticket for the upper level's platform: one line per cycle and stage. */
export interface FeedbackLine {
  ticket: Id
  upstream_no: string | null
  external_id: string | null
  title: string
  cycle: number
  stage: 'opinion' | 'result'
  text: string
  sent: boolean
  approved_at: Millis | null
  sent_at: Millis | null
  means: string | null
  result: string | null
  finding: string | null
  service: string | null
  outcome: string | null
  solved: boolean | null
  not_asked: string | null
}

export interface FeedbackExport {
  at: Millis
  by: string | null
  format: 'csv' | 'xlsx'
  /** Null where the file held what was new. */
  since: Millis | null
  lines: number
}

export interface FeedbackPage {
  /** The first 200. */
  items: FeedbackLine[]
  total: number
  /** One file does not take all of it. */
  more: boolean
  exports: FeedbackExport[]
}

export type MismatchReason = 'closed_there' | 'open_there' | 'due_at' | 'missing' | 'external_status'

/** What an imported file says otherwise than the ticket. */
export interface Mismatch {
  ticket: Id
  upstream_no: string | null
  title: string
  reason: MismatchReason
  theirs: string | null
  theirs_at: Millis | null
  status: TicketState
  due_at: Millis | null
  external_status: string | null
  reconciliation: Id
  at: Millis
}

export interface ComparedFile {
  id: Id
  at: Millis
  by: string | null
  source: string
  rows: number
  first_at: Millis
  last_at: Millis
  found: number
}

export interface MismatchPage {
  /** 500 at most. */
  items: Mismatch[]
  total: number
  files: ComparedFile[]
}

export interface SilentTicket {
  id: Id
  upstream_no: string | null
  title: string
  status: TicketState
  assigned: string | null
  due_at: Millis | null
  last_at: Millis
  quiet: boolean
  overdue: boolean
  reason: string | null
}

export interface SilentPage {
  /** 500 at most. */
  items: SilentTicket[]
  total: number
  quiet: number
  overdue: number
  unexplained: number
  /** The month ends: a reason is asked for each. */
  asked: boolean
}
