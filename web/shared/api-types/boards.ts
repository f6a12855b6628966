/** What the lists and boards of the office read over all tickets. */

import type { TicketAction, TicketState } from '../lifecycle/names'
import type { Task } from './life'

type Id = string
type Millis = number

/** The list holds this many tickets, and so many of each value of one column; `unknown` where there is none. */
export interface TicketCounts {
  total: number
  counts: Record<string, number>
}

export type Level = 'green' | 'blue' | 'yellow' | 'red' | 'purple'

/** Somebody was warned. */
export interface Warning {
  clock: string
  name: string
  level: Level
  due_at: Millis
  warned_at: Millis
  /** The role that it went to. */
  told: string
}

/** An open task with the ticket it belongs to. */
export interface ListedTask {
  ticket: Id
  upstream_no: string | null
  title: string
  status: TicketState
  n: number
  kind: string
  /** Who is to do it. */
  unit: string | null
  /** Who has the ticket. */
  assigned: string | null
  ticket_due_at: Millis | null
  due_at: Millis | null
  opened_at: Millis
  version: number
  task: Task
}

export interface TaskList {
  items: ListedTask[]
  /** Names of the people whom the tasks name. */
  people: Record<Id, string>
  more: boolean
}

/** One action with the ticket that it was done to. */
export interface DoneRow {
  ticket: Id
  upstream_no: string | null
  title: string
  n: number
  at: Millis
  by: { id: Id; name: string } | null
  kind: TicketAction
  detail: { act?: { words?: string; task?: number } & Record<string, unknown>; late?: boolean }
}

/** A ticket that a batch left as it was. */
export interface Skipped {
  id: Id
  code: string
  detail: string
}

export interface BatchAnswer {
  assigned: Id[]
  skipped: Skipped[]
}

/** How the callback desk stands today. */
export interface CallbackDay {
  waiting: number
  asked: number
  own: number
  content: number
  again: number
  not_asked: number
}

/** Who asked, in full: each look is kept. */
export interface RequesterContact {
  name: string | null
  phone: string | null
}
