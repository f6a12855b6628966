import type { TicketState } from '../lifecycle/names'
import type { Id, Millis } from '../api-types'

/** By which way a request came to the office itself. */
export type Channel = 'wage_hotline_phone' | 'wage_wechat' | 'warm_phone' | 'hotline_wechat' | 'hotline_qq' | 'paste' | 'other'

/** What the intake desk sends. */
export interface IntakeEntry {
  id: Id
  channel: Channel
  upstream_no: string | null
  title: string | null
  description: string
  request_kind: string | null
  requester_type: 'citizen' | 'enterprise'
  urgency: 'normal' | 'urgent' | 'critical'
  category: [string | null, string | null, string | null]
  address: string | null
  community: Id | null
  requester: string | null
  phone: string | null
  due_at: Millis | null
  dispatched_at: Millis | null
  first_receiver: Id | null
  received_at: Millis | null
  form: Record<string, string | number>
}

/** A field of a copied text, with the words that it comes from. */
export interface Recognised {
  field: string
  value: string | null
  words: string
  problem?: string
}

export interface Pasted {
  fields: Recognised[]
  rest: string
}

/** Why a ticket may be about the same matter. */
export type DuplicateReason =
  | { sign: 'phone' | 'address' | 'community' }
  | { sign: 'category'; name: string }
  | { sign: 'time'; days: number }
  | { sign: 'words'; words: string[] }

export interface Suggestion {
  id: Id
  upstream_no: string | null
  source: string
  title: string
  address: string | null
  status: TicketState
  dispatched_at: Millis
  points: number
  reasons: DuplicateReason[]
}

/** A ticket of the same matter. */
export interface LinkedTicket {
  id: Id
  upstream_no: string | null
  title: string
  relation: 'earlier' | 'later' | 'merged'
  dispatched_at: Millis
  first_contact_at: Millis | null
  arrived_at: Millis | null
}

export interface Evidence {
  sha256: string
  at: Millis
  public: boolean
}
