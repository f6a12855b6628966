import type { MediationState } from '../lifecycle/names'
import type { Id, Millis, Page, PersonRef, RecordStory } from '../api-types'

/** By when the parties may apply together for judicial confirmation. */
export interface Judicial {
  /** `2026-10-08`, the last day. */
  until: string
  /** 24:00 of it. */
  at: Millis
  /** The notice of that year is not in the calendar: the day may move. */
  provisional: boolean
}

export type PartySide = 'applicant' | 'respondent' | 'third'

export interface MediationRow {
  id: Id
  kind: string
  ticket: { id: Id; upstream_no: string; title: string }
  /** `record`, `oral`, `agreement`, or nothing yet. */
  form: string
  standing: MediationState
  dispute: string
  risk: string
  place: string
  parties: Record<PartySide, number>
  people: PersonRef[]
  began_at: Millis | null
  effective_at: Millis | null
  /** The earliest check that is not done. */
  next_at: Millis | null
  judicial: Judicial | null
  judicial_applied_at: Millis | null
  disagreements: number
  changed_at: Millis
}

export type MediationCounts = Record<MediationState, number> & {
  /** With a high risk, and neither in effect yet nor given up. */
  high_risk: number
}

export interface MediationPage extends Page<MediationRow> {
  counts: MediationCounts
}

/** One who has to sign; `cancelled` names the places that were changed since. */
export type Signer = { capacity: 'party' | 'mediator' | 'committee'; id: Id | null; name: string; needed: boolean } & (
  | { state: 'signed'; signature: Id; at: Millis | null }
  | { state: 'cancelled'; signature: Id; changed: string[] }
  | { state: 'refused'; signature: Id }
  | { state: 'missing' }
)

/** A version that somebody signed. */
export interface Revision {
  number: number
  content: string
  signatures: Id[]
  complete_at: Millis | null
}

/** Something to look at on a day. */
export interface MediationTask {
  clause: Id
  /** What the clause says in the version that holds. */
  text: string
  at: Millis
  /** The clause's own date, not a spot check. */
  performance: boolean
  check: Id | null
}

/** That a clause was not kept, as a representative says; open until somebody has looked at the clause. */
export interface MediationReport {
  report: Id
  clause: Id
  open: boolean
}

/** Where a mediation stands, read out of the document. */
export interface Agreement {
  standing: MediationState
  content: string | null
  number: number
  unsettled: string[]
  gaps: { code: string; path: string }[]
  signers: Signer[]
  revisions: Revision[]
  split: boolean
  holds: Revision | null
  tasks: MediationTask[]
  kept: [Id, 'breached' | 'performed' | 'pending'][]
  reports: MediationReport[]
  is_due: boolean
  next_at: Millis | null
  is_followed_up: boolean
}

export interface DossierItem {
  code: string
  state: 'there' | 'missing' | 'not_needed'
}

/** One mediation as the office reads it. */
export interface MediationStory extends RecordStory {
  agreement: Agreement
  judicial: Judicial | null
  dossier: DossierItem[]
  /** Whom it names by their accounts. */
  people: PersonRef[]
  /** Numbers of parties are hidden from this role. */
  phones_masked: boolean
}
