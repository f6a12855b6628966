import { shallowRef } from 'vue'
import type { VisitCounts, VisitRow } from '@shared/api-types'
import { deadline, riskOrder } from './format'
import { hub } from './hub'

/** How many visits wait, for the menu and the tabs. */
export const counts = shallowRef<VisitCounts | null>(null)

export const loadCounts = async () => {
  try {
    counts.value = (await hub.visits({ state: 'submitted', limit: 1 })).counts
  } catch {
    // The banner of the shell says that the hub does not answer; the old number stays.
  }
}

/** What a reviewer should open first: overdue, then disagreements, then by the time left, then by who waits longest. */
export const byRisk = (rows: VisitRow[], now: number): VisitRow[] => {
  const weight = (row: VisitRow) => {
    const risk = riskOrder[deadline(row.ticket.due_at, null, now).risk]
    return (risk === riskOrder.overdue ? 0 : 2) + (row.disagreements > 0 ? 0 : 1)
  }
  const due = (row: VisitRow) => row.ticket.due_at ?? Number.MAX_SAFE_INTEGER
  return [...rows].sort((a, b) => weight(a) - weight(b) || due(a) - due(b) || (a.submitted_at ?? 0) - (b.submitted_at ?? 0) || (a.id < b.id ? -1 : 1))
}
