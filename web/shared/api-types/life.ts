/** What a ticket's events add up to, as `GET /v1/tickets/{id}` tells it (sync-core/src/lifecycle/life.rs). */

import type { Addressee, Finding, NotAsked, Outcome, Satisfaction, Stage, StepState, TaskKind, TaskState, TenStep, TicketAction } from '../lifecycle/names'

type Id = string
type Millis = number

/** When something was done, and by which event. */
export interface Done {
  n: number
  at: Millis
  by: Id | null
}

/** How a task went on. */
export interface Turn {
  done: Done
  state: TaskState
  words: string
}

/** Something that was asked, promised, planned or drafted. */
export interface Task {
  /** The number of the event that opened it names it. */
  n: number
  kind: TaskKind
  cycle: number
  opened: Done
  /** What is wanted, or the text of feedback. */
  words: string
  unit: Id | null
  /** An outside party, or the owner of a step; the level of a supervision; why an appeal. */
  name: string
  /** How an outside party is reached; the plan of a hold; the cause of a supervision. */
  more: string
  due_at: Millis | null
  addressee: Addressee | null
  stage: Stage | null
  state: TaskState
  turns: Turn[]
}

export interface Found {
  n: number
  finding: Finding
  words: string
  evidence: string[]
  by: Id | null
  /** Who agreed, where that is needed. */
  confirmed_by: Id | null
}

/** One call to the person who asked. */
export interface Called {
  n: number
  cycle: number
  at: Millis
  service: Satisfaction | null
  result: Satisfaction | null
  solved: boolean | null
  not_asked: NotAsked | null
  words: string
  by: Id | null
}

/** What somebody wrote into a field of a form: words, a count, or an amount in fen. */
export type Answer = string | number

export interface Life {
  /** The number of the last event. */
  version: number
  /** 1, and one more for each 二次办理. */
  cycle: number
  /** It came from the upper level, which wants an answer too. */
  from_platform: boolean
  /** 未诉先办: a patrol found it, and nobody asked. */
  proactive: boolean
  tasks: Task[]
  accepted: Done | null
  /** Who took it for their team. */
  taken: Done | null
  contacted_at: Millis | null
  form: Record<string, Answer>
  found: Found | null
  /** The last report that it is done. */
  reported: Done | null
  outcome: [Outcome, string, Done] | null
  answered: Done[]
  calls: Called[]
  causes: string[]
  excluded: boolean
  merged_into: Id | null
  late_returns: number
  hand_backs: number
  /** What the platform of the upper level calls it, and where it stands there. */
  external: [string, string] | null
}

/** One of the ten steps. */
export interface StripStep {
  step: TenStep
  state: StepState
  done: Done | null
  /** Why it is not applicable: words of a person, or a code. */
  reason: string | null
}

export interface TicketTimes {
  given_due_at: Millis | null
  accepted_at: Millis | null
  assigned_at: Millis | null
  first_contact_at: Millis | null
  arrived_at: Millis | null
  return_until: Millis | null
  closed_at: Millis | null
  received_at: Millis | null
  topic: string | null
}

/** By which rule a ticket is counted. */
export interface DeadlineProfile {
  id: string
  version: number
  name: string
  basis: string
}

/** One thing that the hub proposes for a ticket, with the pieces of text that decided. */
export interface Proposed<Value> {
  value: Value
  reasons: { text: string; weight: number }[]
}

/** Class, subject, urgency and unit of a ticket; null where the words decide nothing. */
export interface TicketProposal {
  version: number
  category: Proposed<string[]> | null
  requester_type: Proposed<string> | null
  urgency: Proposed<string> | null
  unit: Proposed<{ entry: string; id: Id | null; name: string; community: boolean }> | null
}

/** What is done to a ticket, with what it needs to say. */
export type Act = { action: TicketAction } & Record<string, unknown>

/** 评价, as the event keeps it: 0 to 100 of the parts that are known. */
export interface Score {
  version: number
  points: number | null
  parts: ['response' | 'solved' | 'satisfied', boolean | null][]
}
