// Reports that a clause was not kept, as both sides of them read them: who gives one, and who looks at it.
import type { Agreement, Entry, RecordView, Task } from '@shared/core/views'
import { standing } from './shape'

export interface Told {
  entry: Entry
  /** The office has all of it. */
  arrived: boolean
  /** Nobody has looked at the clause since. */
  open: boolean
  /** What was found when somebody did. */
  check: Entry | null
}

/** The last check of a clause: the one that was written last is the one that counts. */
const lastCheck = (view: RecordView, clause: unknown): Entry | null => [...(view.checks ?? [])].filter((one) => one.clause === clause).sort((a, b) => Number(a.at ?? 0) - Number(b.at ?? 0)).at(-1) ?? null

/** Open ones first, then the newest. */
export function reportsOf(view: RecordView, agreement: Agreement | null): Told[] {
  const open = new Map((agreement?.reports ?? []).map((one) => [one.report, one.open]))
  const unsent = new Set(view.unsent ?? [])
  const told = standing(view.reports).map((entry): Told => {
    const isOpen = open.get(entry.id) ?? true
    return { entry, arrived: !unsent.has(`reports/${entry.id}`) && !unsent.has(`photos/${String(entry.photo ?? '')}`), open: isOpen, check: isOpen ? null : lastCheck(view, entry.clause) }
  })
  return told.sort((a, b) => Number(b.open) - Number(a.open) || Number(b.entry.at ?? 0) - Number(a.entry.at ?? 0))
}

/** Which number a clause has on the paper; 0 when it is on it no more. */
export const clauseNumber = (view: RecordView | undefined, id: unknown): number => standing(view?.clauses).findIndex((one) => one.id === id) + 1

/** What a clause says in the version that holds, else what stands there now. */
export const clauseWords = (view: RecordView | undefined, agreement: Agreement | null, id: unknown): string =>
  agreement?.tasks.find((task) => task.clause === id)?.text || String(view?.clauses?.find((one) => one.id === id)?.text ?? '')

/** The task that a check of this clause does at the same time: the first that is due and not done. */
export const dueTask = (tasks: Task[], clause: unknown, now: number): Task | undefined => tasks.find((task) => task.clause === clause && task.check === null && task.at <= now)
