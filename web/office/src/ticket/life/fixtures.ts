import type { Life, StripStep, Task, Ticket } from '@shared/api-types'
import { StepState, TaskKind, TaskState, TenStep, TicketAction, TicketState } from '@shared/lifecycle/names'
import type { Viewer } from './tasks'

// Tickets for the tests of this folder.

export const HOTLINE: Viewer = { id: 'P1', role: 'hotline_worker', units: [] }
export const REVIEWER: Viewer = { id: 'P2', role: 'office_reviewer', units: [] }
export const HANDLER: Viewer = { id: 'P3', role: 'section_handler', units: ['U1'] }

export const done = (n: number, by: string | null) => ({ n, at: n * 1_000, by })

export const task = (n: number, kind: TaskKind, more: Partial<Task> = {}): Task => ({ n, kind, cycle: 1, opened: done(n, 'P1'), words: '', unit: null, name: '', more: '', due_at: null, addressee: null, stage: null, state: TaskState.open, turns: [], ...more })

const life = (more: Partial<Life>): Life => ({
  version: 9,
  cycle: 1,
  from_platform: true,
  proactive: false,
  tasks: [],
  accepted: null,
  taken: null,
  contacted_at: null,
  form: {},
  found: null,
  reported: null,
  outcome: null,
  answered: [],
  calls: [],
  causes: [],
  excluded: false,
  merged_into: null,
  late_returns: 0,
  hand_backs: 0,
  external: null,
  ...more,
})

/** A ticket in `status` on which everybody may do everything, with these steps recorded. */
export const ticket = (status: TicketState, more: Partial<Life> = {}, recorded: TenStep[] = [], rest: Partial<Ticket> = {}): Ticket =>
  ({
    id: 'T1',
    upstream_no: 'SQ-1',
    status,
    requester_type: 'citizen',
    request_kind: null,
    urgency: 'normal',
    category: [null, null, null],
    life: life(more),
    times: { topic: null },
    clocks: [],
    profile: null,
    may: Object.values(TicketAction),
    events: [],
    strip: Object.values(TenStep).map((step): StripStep => (recorded.includes(step) ? { step, state: StepState.done, done: done(1, 'P1'), reason: null } : { step, state: StepState.open, done: null, reason: null })),
    ...rest,
  }) as unknown as Ticket
