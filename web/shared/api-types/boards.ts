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
  /** When the office was reminded of a promise that fell due. */
  reminded_at: Millis | null
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

/** A ticket that was moved, and the number of the event by which it can be taken back. */
export interface MovedTicket {
  id: Id
  version: number
}

export interface LeftTicket {
  id: Id
  upstream_no: string | null
  title: string
  code: string
  detail: string
}

/** What moving all that somebody has would do. */
export interface MovePreview {
  total: number
  moves: number
  skipped: LeftTicket[]
  /** Co-tasks that stay with whoever was asked. */
  co_tasks: number
}

export interface MoveAnswer {
  moved: MovedTicket[]
  skipped: LeftTicket[]
  /** Where the next round begins. */
  next: string | null
}

export interface UndoAnswer {
  undone: Id[]
  skipped: LeftTicket[]
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
