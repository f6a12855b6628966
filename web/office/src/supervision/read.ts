import type { DoneRow, ListedTask, Millis, TicketRow, Warning } from '@shared/api-types'
import { dateText } from '@shared/time'

/** Who is told when, by the levels of the deadline (sync-core/src/deadline/rules.rs, ESCALATION). */
const CHAIN = [
  { role: 'grid_head', level: 'yellow' },
  { role: 'community_secretary', level: 'red' },
  { role: 'section_handler', level: 'purple' },
  { role: 'leader', level: 'purple' },
] as const

export interface Told {
  role: string
  level: (typeof CHAIN)[number]['level']
  /** When; null for who has not been told yet. */
  at: Millis | null
}

/** The chain of a ticket's result: warnings of an earlier due date are over. */
export const chain = (row: Pick<TicketRow, 'warnings'>): Told[] => {
  const of = (row.warnings ?? []).filter((one: Warning) => one.clock === 'result')
  const due = Math.max(...of.map((one) => one.due_at))
  return CHAIN.map(({ role, level }) => ({ role, level, at: of.find((one) => one.told === role && one.due_at === due)?.warned_at ?? null }))
}

/** The first moment of the month, in which returns after the window are counted. */
export const monthStart = (now: Millis): Millis => Date.parse(`${dateText(now).slice(0, 7)}-01T00:00:00+08:00`)

/** What was returned after the window. */
export const lateOnes = (rows: DoneRow[]): DoneRow[] => rows.filter((row) => row.detail.late === true)

/** The last that was said to a task, with who said it. */
export const lastTurn = (row: ListedTask, people: Record<string, string>): { who: string; at: Millis; words: string } | null => {
  const turn = row.task.turns.at(-1)
  return turn ? { who: turn.done.by ? (people[turn.done.by] ?? '') : '', at: turn.done.at, words: turn.words } : null
}
