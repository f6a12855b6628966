import type { Task, Ticket } from '@shared/api-types'
import { Addressee, Finding, TaskKind, TaskState, TicketAction } from '@shared/lifecycle/names'

/** Who looks at the ticket. */
export interface Viewer {
  id: string
  role: string
  units: string[]
}

/** Somebody is still wanted. */
const OPEN: readonly TaskState[] = [TaskState.open, TaskState.answered, TaskState.approved]
export const isOpen = (task: Task): boolean => OPEN.includes(task.state)

/** What is done to a task, and where it has to stand for that (sync-core/src/lifecycle/life/task.rs). */
const STEPS: Record<TaskKind, [TicketAction, ...TaskState[]][]> = {
  help: [
    [TicketAction.help_done, TaskState.open],
    [TicketAction.help_declined, TaskState.open],
    [TicketAction.help_waived, TaskState.open],
  ],
  outside: [
    [TicketAction.outside_promised, TaskState.open],
    [TicketAction.outside_done, TaskState.open],
    [TicketAction.help_waived, TaskState.open],
  ],
  extension: [
    [TicketAction.grant_extension, TaskState.open],
    [TicketAction.refuse, TaskState.open],
  ],
  hold: [
    [TicketAction.hold, TaskState.open],
    [TicketAction.refuse, TaskState.open],
  ],
  supervision: [
    [TicketAction.answer_supervision, TaskState.open, TaskState.answered],
    [TicketAction.close_supervision, TaskState.answered],
  ],
  option: [[TicketAction.choose_option, TaskState.open]],
  plan_step: [[TicketAction.plan_step_done, TaskState.open]],
  feedback: [
    [TicketAction.approve_feedback, TaskState.open],
    [TicketAction.send_feedback, TaskState.approved],
    [TicketAction.return_feedback, TaskState.open, TaskState.approved],
  ],
  appeal: [[TicketAction.decide_appeal, TaskState.open]],
}

/** What somebody else has to do than who opened it. */
const BY_ANOTHER: readonly TicketAction[] = [TicketAction.grant_extension, TicketAction.hold, TicketAction.refuse, TicketAction.approve_feedback, TicketAction.decide_appeal]
const OFFICE: readonly string[] = ['hotline_worker', 'office_reviewer', 'leader']
export const isOffice = (viewer: Viewer): boolean => OFFICE.includes(viewer.role)

/** It is this person's, or their unit's. */
export const isTheirs = (task: Task, viewer: Viewer): boolean => task.unit !== null && (task.unit === viewer.id || viewer.units.includes(task.unit))

const fits = (action: TicketAction, task: Task, viewer: Viewer): boolean => {
  if (BY_ANOTHER.includes(action)) return task.opened.by !== viewer.id
  if (action === TicketAction.close_supervision) return viewer.role === 'leader' || task.opened.by === viewer.id
  if (action === TicketAction.help_done || action === TicketAction.help_declined) return isOffice(viewer) || isTheirs(task, viewer)
  return true
}

/** What this person may do to the task as it stands. */
export const actionsOn = (task: Task, ticket: Pick<Ticket, 'may'>, viewer: Viewer): TicketAction[] =>
  STEPS[task.kind].filter(([action, ...from]) => from.includes(task.state) && ticket.may.includes(action) && fits(action, task, viewer)).map(([action]) => action)

/** Whether somebody else has to decide, because this person asked for it themselves. */
export const waitsForAnother = (task: Task, viewer: Viewer): boolean => task.opened.by === viewer.id && STEPS[task.kind].some(([action, ...from]) => BY_ANOTHER.includes(action) && from.includes(task.state))

/** Whether the finding waits for a second person. */
export const awaitsSecond = (ticket: Pick<Ticket, 'life'>): boolean => ticket.life.found?.finding === Finding.unreasonable && ticket.life.found.confirmed_by === null

/** Whether this person may do it as it stands, where it is about no task. */
export const mayNow = (action: TicketAction, ticket: Pick<Ticket, 'may' | 'life'>, viewer: Viewer): boolean => {
  if (!ticket.may.includes(action)) return false
  if (action === TicketAction.confirm_finding) return awaitsSecond(ticket) && ticket.life.found?.by !== viewer.id
  if (action === TicketAction.approve_done) return ticket.life.reported?.by !== viewer.id
  if (action === TicketAction.take) return ticket.life.taken?.by !== viewer.id
  if (action === TicketAction.exclude) return !ticket.life.excluded
  if (action === TicketAction.include) return ticket.life.excluded
  return true
}

/** Tasks of these kinds, those that wait first, the newest of the others next. */
export const tasksOf = (ticket: Pick<Ticket, 'life'>, ...kinds: TaskKind[]): Task[] => ticket.life.tasks.filter((task) => kinds.includes(task.kind)).sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || (isOpen(a) ? a.n - b.n : b.n - a.n))

/** Whom the ticket's feedback goes to: the platform where it came from there, or where the term that it is counted by names it. */
export const addresseesOf = (ticket: Pick<Ticket, 'life' | 'clocks'>): Addressee[] => {
  const named = ticket.clocks.some(({ kind, missing }) => kind === 'feedback' && missing?.includes(Addressee.platform))
  const written = ticket.life.tasks.some(({ kind, addressee }) => kind === TaskKind.feedback && addressee === Addressee.platform)
  return ticket.life.from_platform || named || written ? [Addressee.requester, Addressee.platform] : [Addressee.requester]
}
