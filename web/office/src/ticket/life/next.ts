import type { Task, Ticket } from '@shared/api-types'
import { Addressee, Stage, TaskKind, TaskState, TenStep, TicketAction, TicketState } from '@shared/lifecycle/names'
import type { Values } from './forms'
import { actionsOn, awaitsSecond, isOffice, isOpen, isTheirs, mayNow, type Viewer } from './tasks'

/** One thing that this person can do now. */
export interface Offer {
  action: TicketAction
  /** Names the task that it is about, or what stands in the form already. */
  preset: Values
  /** The task, where it is about one. */
  task: Task | null
}

export interface Next {
  /** What waits for this very person, whatever state the ticket is in. */
  waiting: Offer[]
  /** The one or two actions that the state wants. */
  wanted: Offer[]
  /** Which sentence says it: a key of the messages below `next.`. */
  say: string
}

const offer = (action: TicketAction, preset: Values = {}, task: Task | null = null): Offer => ({ action, preset, task })
const MOST = 2

/** Whether one of the ten steps has its record, or is said not to be wanted. */
const has = (ticket: Ticket, step: TenStep) => ticket.strip.some((one) => one.step === step && (one.done !== null || one.reason !== null))

/** To whom the result has not even been drafted yet. */
const unanswered = (ticket: Ticket): Addressee[] => {
  const wanted = ticket.life.from_platform ? [Addressee.requester, Addressee.platform] : [Addressee.requester]
  const waived = ticket.strip.some((one) => one.step === TenStep.feedback && one.reason !== null)
  const drafted = (to: Addressee) => ticket.life.tasks.some((task) => task.kind === TaskKind.feedback && task.cycle === ticket.life.cycle && task.addressee === to && task.stage === Stage.result && (isOpen(task) || task.state === TaskState.sent))
  return wanted.filter((to) => !(to === Addressee.requester && waived) && !drafted(to))
}

/** Who still waits to hear within a term what will be done, and has nothing drafted. */
const unheard = (ticket: Ticket): Addressee[] => {
  const clock = ticket.clocks.find(({ kind, due }) => kind === 'feedback' && due !== null)
  const drafted = (to: Addressee) => ticket.life.tasks.some((task) => task.kind === TaskKind.feedback && task.cycle === ticket.life.cycle && task.addressee === to && isOpen(task))
  return (clock?.missing ?? []).filter((to) => !drafted(to))
}

const called = (ticket: Ticket) => ticket.life.calls.some((call) => call.cycle === ticket.life.cycle)

/** The actions that bring the ticket on from where it stands, in their order. */
const ways = (ticket: Ticket, viewer: Viewer): Offer[] => {
  const office = isOffice(viewer)
  switch (ticket.status) {
    case TicketState.new:
      return [offer(TicketAction.accept), offer(TicketAction.assign)]
    case TicketState.accepted:
      return has(ticket, TenStep.classification) ? [offer(TicketAction.assign), offer(TicketAction.resolve_at_desk)] : [offer(TicketAction.classify), offer(TicketAction.assign)]
    case TicketState.assigned:
    case TicketState.in_progress:
      if (office) return [offer(TicketAction.supervise), offer(TicketAction.ask_help)]
      return [...(ticket.life.taken ? [] : [offer(TicketAction.take)]), ...(ticket.life.contacted_at === null ? [offer(TicketAction.contact)] : []), ...unheard(ticket).map((addressee) => offer(TicketAction.draft_feedback, { addressee, stage: Stage.opinion })), offer(TicketAction.report_done)]
    case TicketState.on_hold:
      return [offer(TicketAction.resume)]
    case TicketState.pending_review:
      return [offer(TicketAction.approve_done), offer(TicketAction.return_done)]
    case TicketState.reviewed:
      // Nobody asked: it ends without an answer.
      if (ticket.life.proactive) return [...(has(ticket, TenStep.analysis) ? [] : [offer(TicketAction.analyse)]), offer(TicketAction.close)]
      return [...(ticket.life.found ? [] : [offer(TicketAction.find)]), ...unanswered(ticket).map((addressee) => offer(TicketAction.draft_feedback, { addressee, stage: Stage.result }))]
    case TicketState.replied:
      return [...(called(ticket) || has(ticket, TenStep.callback) ? [] : [offer(TicketAction.callback)]), ...(has(ticket, TenStep.analysis) ? [] : [offer(TicketAction.analyse)]), offer(TicketAction.close)]
    case TicketState.returned:
      return [offer(TicketAction.return_refused)]
    default:
      return []
  }
}

/** Sending back and giving up are never the next thing by themselves; they stand with the task. */
const FORWARD: readonly TicketAction[] = [TicketAction.help_done, TicketAction.outside_done, TicketAction.grant_extension, TicketAction.hold, TicketAction.answer_supervision, TicketAction.close_supervision, TicketAction.approve_feedback, TicketAction.send_feedback, TicketAction.decide_appeal]

const waitsForThem = (task: Task, action: TicketAction, ticket: Ticket, viewer: Viewer): boolean => {
  if (action === TicketAction.help_done) return isTheirs(task, viewer)
  if (action === TicketAction.outside_done) return false
  // Who opened it waits for the answer of the others.
  if (action === TicketAction.answer_supervision) return task.state === TaskState.open && task.opened.by !== viewer.id && !isOffice(viewer)
  // What came of it goes out when the office has agreed that it is done.
  if (action === TicketAction.send_feedback) return task.stage === Stage.opinion || ticket.status === TicketState.reviewed
  return true
}

const waiting = (ticket: Ticket, viewer: Viewer): Offer[] => {
  const tasks = ticket.life.tasks.filter(isOpen).flatMap((task) =>
    actionsOn(task, ticket, viewer)
      .filter((action) => FORWARD.includes(action) && waitsForThem(task, action, ticket, viewer))
      .map((action) => offer(action, { task: task.n }, task)),
  )
  return mayNow(TicketAction.confirm_finding, ticket, viewer) ? [...tasks, offer(TicketAction.confirm_finding)] : tasks
}

/** Which sentence stands in the bar. */
const saying = (ticket: Ticket, viewer: Viewer, left: Offer[]): string => {
  if (ticket.life.merged_into) return 'merged'
  if (ticket.status === TicketState.accepted) return has(ticket, TenStep.classification) ? 'assign' : 'classify'
  if (ticket.status === TicketState.pending_review && ticket.life.reported?.by === viewer.id) return 'own_report'
  if (ticket.status === TicketState.reviewed) {
    if (ticket.life.proactive) return has(ticket, TenStep.analysis) ? 'proactive' : 'proactive_analyse'
    if (!ticket.life.found) return 'find'
    if (awaitsSecond(ticket)) return 'second'
    if (left.length > 0) return 'write'
    return ticket.life.tasks.some((task) => task.kind === TaskKind.feedback && task.state === TaskState.open && !actionsOn(task, ticket, viewer).includes(TicketAction.approve_feedback)) ? 'approval' : 'send'
  }
  if (ticket.status === TicketState.replied && !called(ticket) && !has(ticket, TenStep.callback)) return 'callback'
  if (ticket.status === TicketState.replied && !has(ticket, TenStep.analysis)) return 'analyse'
  return `state_${ticket.status}`
}

/** What is next on this ticket for this person: nothing that they may not do is offered. */
export const next = (ticket: Ticket, viewer: Viewer): Next => {
  const left = ways(ticket, viewer)
  return { waiting: waiting(ticket, viewer), wanted: left.filter(({ action }) => mayNow(action, ticket, viewer)).slice(0, MOST), say: saying(ticket, viewer, left) }
}

/** Everything else, grouped by what it is for. Actions on a task stand with the task. */
const GROUPS: [name: string, actions: TicketAction[]][] = [
  ['intake', [TicketAction.accept, TicketAction.classify, TicketAction.describe, TicketAction.assign, TicketAction.take, TicketAction.resolve_at_desk, TicketAction.hand_back, TicketAction.return_up, TicketAction.return_refused]],
  ['work', [TicketAction.contact, TicketAction.ask_help, TicketAction.ask_outside, TicketAction.propose_option, TicketAction.plan_step, TicketAction.report_done, TicketAction.approve_done, TicketAction.return_done, TicketAction.confirm_result]],
  ['terms', [TicketAction.ask_extension, TicketAction.ask_hold, TicketAction.resume, TicketAction.supervise]],
  ['answer', [TicketAction.find, TicketAction.confirm_finding, TicketAction.draft_feedback, TicketAction.callback, TicketAction.rework, TicketAction.appeal]],
  ['end', [TicketAction.analyse, TicketAction.close, TicketAction.evaluate, TicketAction.exclude, TicketAction.include, TicketAction.external, TicketAction.note, TicketAction.cancel, TicketAction.unmerge]],
]

export const more = (ticket: Ticket, viewer: Viewer): { name: string; actions: TicketAction[] }[] =>
  GROUPS.map(([name, actions]) => ({ name, actions: actions.filter((action) => mayNow(action, ticket, viewer)) })).filter(({ actions }) => actions.length > 0)
