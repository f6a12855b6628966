import { expect, test } from 'vitest'
import type { VisitRow } from '@shared/api-types'
import { byRisk } from './queue'

const HOUR = 3_600_000
const now = 1_000 * HOUR
const row = (id: string, due_at: number | null, disagreements = 0, submitted_at = 0): VisitRow => ({
  id,
  ticket: { id: 'T', upstream_no: null, title: '', due_at },
  state: 'submitted',
  place: '',
  outcome: '',
  people: [],
  arrived_at: null,
  submitted_at,
  changed_at: 0,
  received_at: 0,
  disagreements,
  photos: { total: 0, pending: 0 },
  late: false,
})

test('overdue comes first, then disagreements, then the nearer deadline, then who waits longer', () => {
  const rows = [row('calm', now + 90 * HOUR), row('none', null), row('soon', now + HOUR), row('disputed', now + 50 * HOUR, 1), row('overdue', now - HOUR), row('overdue-disputed', now - HOUR, 2), row('soon-older', now + HOUR, 0, -5)]
  expect(byRisk(rows, now).map((one) => one.id)).toEqual(['overdue-disputed', 'overdue', 'disputed', 'soon-older', 'soon', 'calm', 'none'])
})
