// What the form asks of each entry, in the order of asking. Kept in a table: all entries are filled in by one sheet.
import type { Entry, MediationCollection, Value } from '@shared/core/views'
import type { Message } from './messages'

export type How = 'line' | 'long' | 'count' | 'contact' | 'choice' | 'flag' | 'party' | 'claim' | 'yuan' | 'day' | 'day_end' | 'moment' | 'minute' | 'minute_end' | 'weekdays'

export interface Ask {
  name: string
  how: How
  /** Most characters. */
  most?: number
  /** Group of choices, and the codes that are offered. */
  group?: string
  codes?: readonly string[]
  /** An example in the empty field. */
  example?: Message
  /** Asked only then. */
  when?: (entry: Entry | undefined) => boolean
  /** Folded away until it is asked for. */
  more?: boolean
}

const line = (name: string, most: number, more: Partial<Ask> = {}): Ask => ({ name, how: 'line', most, ...more })
const long = (name: string, most: number, more: Partial<Ask> = {}): Ask => ({ name, how: 'long', most, ...more })
const choice = (name: string, group: string, codes: readonly string[], more: Partial<Ask> = {}): Ask => ({ name, how: 'choice', group, codes, ...more })
const has = (name: string) => (entry: Entry | undefined) => Boolean(entry?.[name])

export const ASKS: Readonly<Record<Exclude<MediationCollection, 'photos' | 'signatures' | 'checks' | 'reports' | 'confirmations'>, readonly Ask[]>> = {
  parties: [
    choice('side', 'side', ['applicant', 'respondent', 'third']),
    line('name', 60),
    { name: 'contact', how: 'contact', most: 20 },
    line('represents', 200, { example: 'mediation.form.example.represents' }),
    choice('consent', 'consent', ['list', 'photo', 'spoken', 'none'], { when: has('represents') }),
    { name: 'households', how: 'count', most: 6, when: has('represents') },
    line('agent', 60, { more: true }),
    line('address', 200, { more: true }),
    choice('gender', 'gender', ['female', 'male', 'organisation'], { more: true }),
    choice('id_type', 'id_type', ['seen', 'identity_card', 'passport', 'credit_code', 'none'], { more: true }),
    line('id_tail', 4, { more: true }),
  ],
  mediators: [line('name', 60), line('unit', 60), { name: 'certified', how: 'flag' }],
  claims: [long('text', 1000, { example: 'mediation.form.example.claim' }), choice('standing', 'claim_standing', ['open', 'agreed', 'disputed', 'dropped'])],
  points: [choice('standing', 'point_standing', ['agreed', 'disputed']), long('text', 1000), { name: 'claim', how: 'claim' }],
  clauses: [
    { name: 'claim', how: 'claim' },
    { name: 'performer', how: 'party' },
    long('text', 1000, { example: 'mediation.form.example.clause' }),
    { name: 'weekdays', how: 'weekdays' },
    { name: 'from_minute', how: 'minute' },
    { name: 'to_minute', how: 'minute_end' },
    { name: 'amount_fen', how: 'yuan', most: 16 },
    { name: 'due_at', how: 'day_end' },
    { name: 'check_from_at', how: 'day' },
    { name: 'check_every_days', how: 'count', most: 3, when: has('check_from_at') },
    { name: 'check_times', how: 'count', most: 2, when: has('check_every_days') },
    line('measure', 200, { more: true }),
    line('manner', 200, { more: true }),
    line('place', 200, { more: true }),
  ],
  sessions: [{ name: 'at', how: 'moment' }, line('place', 200), choice('mood', 'mood', ['calm', 'tense', 'heated']), { name: 'ended_at', how: 'moment', more: true }, long('remark', 1000, { more: true })],
  statements: [{ name: 'party', how: 'party' }, long('text', 1000)],
  consultations: [
    line('unit', 60, { example: 'mediation.form.example.unit' }),
    long('asked', 500),
    long('answer', 500),
    line('contact', 60, { more: true }),
  ],
  invitees: [line('name', 60), line('represents', 200), { name: 'party', how: 'party' }, choice('attendance', 'attendance', ['invited', 'present', 'absent']), line('reason', 200, { when: (entry) => entry?.attendance === 'absent' })],
}

/** Collections whose entries have a place in an order. */
const ORDERED: readonly string[] = ['parties', 'mediators', 'claims', 'points', 'clauses']

/** What the first thing written in an entry writes beside it. */
export const firstOf = (collection: string, id: string, first: Record<string, Value>): Record<string, Value> => ({ ...(ORDERED.includes(collection) ? { pos: id } : {}), ...first })

/** What follows from a value: what hangs on a date that is taken back goes with it, and an answer has its time. */
export function alongside(collection: string, name: string, value: Value, now: number): Record<string, Value> {
  if (collection === 'consultations' && name === 'answer') return { answered_at: value === null ? null : now }
  if (collection === 'clauses' && name === 'check_from_at' && value === null) return { check_every_days: null, check_times: null }
  if (collection === 'clauses' && name === 'check_every_days' && value === null) return { check_times: null }
  if (collection === 'parties' && name === 'represents' && value === null) return { consent: null, households: null }
  return {}
}
