// What the lists of the phone are asked for, and what they show.

import type { RecordRow } from './api'
import type { Hit } from './search'
import type { TicketRow } from './views'

export interface TasksAsked {
  query: string
  /** Finished work instead of open work. */
  done: boolean
  limit: number
  /** Only what is due on this day, or only what is over its time. */
  due?: 'today' | 'overdue' | null
  /** Only one grid or community, by name. */
  area?: string | null
  /** What was sent back stands by its record alone, not as a ticket once more. */
  apart?: boolean
}

export interface TasksPage {
  /** Visits the office sent back, oldest remark first. */
  returned: RecordRow[]
  rows: TicketRow[]
  /** Matching tickets, shown or not. */
  total: number
  /** Tickets given to someone else that this person recorded something for. */
  moved: TicketRow[]
  /** How many tickets of the chosen area there are, are due today, are over their time; returned ones among them. */
  counts: { all: number; today: number; overdue: number }
  /** Grids and communities of the tickets, with how many each has. */
  areas: { name: string; count: number }[]
  /** By which part the shown tickets were found, by id. */
  hits: Record<string, Hit>
  /** Records that were found, the first of `found_total`, and by which part. */
  found: RecordRow[]
  found_total: number
  found_hits: Record<string, Hit>
  /** Shown tickets with a visit of this person that is not handed in. */
  begun: string[]
}

export interface RecordsAsked {
  query: string
  /** `visit/draft`, `mediation/effective`; all of them if none is named. */
  stage: string | null
  limit: number
}

export interface RecordsPage {
  rows: RecordRow[]
  /** Records in that stage, shown or not. */
  total: number
  /** Records in any stage. */
  all: number
  /** How many stand where. */
  counts: Record<string, number>
  /** By which part the shown ones were found. */
  hits: Record<string, Hit>
}

/** What of today's work is on this phone. */
export interface PackPage {
  /** When the office was heard last; `null` if never. */
  heard_at: number | null
  /** Whether tickets were ever downloaded. */
  downloaded: boolean
  /** Open tickets, and records of anybody for them. */
  tickets: number
  visits: number
  /** Small pictures of those records, and how many of them are here. */
  pictures: number
  pictures_here: number
  people: number
  units: number
  /** Pictures are being fetched. */
  running: { done: number; total: number } | null
}
