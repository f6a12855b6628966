import type { Millis, PersonRef } from '../api-types'

/** A line of the audit log. `id` is its number as text, set by the page. */
export interface AuditLine {
  id: string
  n: number
  at: Millis
  person: PersonRef | null
  device_name: string | null
  act: string
  object: string
  object_person: PersonRef | null
  result: string
  request_id: string
}

export interface AuditPage {
  items: Omit<AuditLine, 'id'>[]
  next: string | null
}
