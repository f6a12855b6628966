import type { Id, Millis } from '../api-types'
import type { TicketState } from '../lifecycle/names'

/** What is asked of a ticket: the first four of enterprises alone. */
export type Measure = 'two_hours' | 'one_day' | 'ten_days' | 'fifteen_days' | 'response' | 'in_time' | 'solved' | 'satisfied'
export type UnknownWhy = 'running' | 'no_record' | 'not_asked' | 'no_answer'
export type LeftOutWhy = 'excluded' | 'merged' | 'cancelled' | 'taken_back' | 'appeal_upheld'

/** Every ticket that was asked is counted, unknown or left out. */
export interface Figure {
  measure: Measure
  /** The numerator. */
  reached: number
  /** The denominator. */
  counted: number
  unknown: Partial<Record<UnknownWhy, number>>
  left_out: Partial<Record<LeftOutWhy, number>>
}

export interface FigureGroup {
  tickets: number
  figures: Figure[]
  /** 0 to 100; null where nothing counts. */
  points: number | null
}

export interface UnitFigures extends FigureGroup {
  id: Id | null
  name: string | null
  kind: string | null
}

export interface WorkerFigures extends FigureGroup {
  id: Id | null
  name: string | null
}

export interface FigureAppeal {
  ticket: Id
  upstream_no: string | null
  title: string
  n: number
  cause: string
  state: 'open' | 'upheld' | 'dismissed'
  /** The measures that do not count this ticket any more because of it. */
  changed: Measure[]
}

export interface FigureExclusion {
  ticket: Id
  upstream_no: string | null
  title: string
  words: string
  at: Millis
  by: string | null
}

/** The figures of the tickets that were dispatched in a period, as they stand at `at`. */
export interface FigureReport {
  from: string
  to: string
  at: Millis
  version: number
  formula: { version: number; response: number; solved: number; satisfied: number }
  /** What somebody asked for. */
  all: FigureGroup
  enterprise: FigureGroup
  /** What patrols found, in none of the others. */
  proactive: FigureGroup
  units: UnitFigures[]
  workers: WorkerFigures[]
  /** The first 200 are listed. */
  appeals: { lodged: number; open: number; upheld: number; dismissed: number; items: FigureAppeal[] }
  excluded: { total: number; items: FigureExclusion[] }
}

export type FigurePart = 'reached' | 'counted' | 'missed' | 'unknown' | 'left_out' | UnknownWhy | LeftOutWhy

/** A ticket behind a number. */
export interface FigureTicket {
  id: Id
  upstream_no: string | null
  title: string
  status: TicketState
  dispatched_at: Millis
  verdict: 'reached' | 'missed' | 'unknown' | 'left_out' | null
  why: UnknownWhy | LeftOutWhy | null
}
