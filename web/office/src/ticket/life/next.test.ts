import { expect, test } from 'vitest'
import type { Ticket } from '@shared/api-types'
import { Addressee, Finding, Stage, TaskKind, TaskState, TenStep, TicketAction, TicketState } from '@shared/lifecycle/names'
import { listed } from '@shared/words'
import { known } from '../../i18n'
import { done, HANDLER, HOTLINE, REVIEWER, task, ticket } from './fixtures'
import { more, next } from './next'
import { actionsOn, addresseesOf, waitsForAnother } from './tasks'

const wanted = (...those: Parameters<typeof next>) => next(...those).wanted.map(({ action }) => action)
const waiting = (...those: Parameters<typeof next>) => next(...those).waiting.map(({ action, task }) => [action, task?.n])

test('the bar offers what the state wants, one or two things', () => {
  expect(wanted(ticket(TicketState.new), HOTLINE)).toEqual([TicketAction.accept, TicketAction.assign])
  expect(wanted(ticket(TicketState.accepted), HOTLINE)).toEqual([TicketAction.classify, TicketAction.assign])
  expect(wanted(ticket(TicketState.accepted, {}, [TenStep.classification]), HOTLINE)[0]).toBe(TicketAction.assign)
  expect(wanted(ticket(TicketState.assigned), HANDLER)).toEqual([TicketAction.take, TicketAction.contact])
  expect(wanted(ticket(TicketState.in_progress, { taken: done(2, 'P3'), contacted_at: 5 }), HANDLER)).toEqual([TicketAction.report_done])
  expect(wanted(ticket(TicketState.void), HOTLINE)).toEqual([])
})

test('what a person may not do is not offered, wherever the ticket stands', () => {
  for (const status of Object.values(TicketState)) {
    const nobody = ticket(status, { tasks: [task(4, TaskKind.feedback), task(5, TaskKind.supervision)] }, [], { may: [] })
    expect(next(nobody, HANDLER).wanted, status).toEqual([])
    expect(next(nobody, HANDLER).waiting, status).toEqual([])
    expect(more(nobody, HANDLER), status).toEqual([])
  }
})

test('every action stands in the menu, with a task or with the steps; two tickets are merged where they are compared', () => {
  const people = [HOTLINE, REVIEWER, HANDLER]
  const found = { n: 3, finding: Finding.unreasonable, words: '', evidence: [], by: null, confirmed_by: null }
  const menu = [false, true].flatMap((excluded) => people.flatMap((viewer) => more(ticket(TicketState.in_progress, { found, excluded }), viewer).flatMap(({ actions }) => actions)))
  const states = Object.values(TaskState)
  const tasks = Object.values(TaskKind).flatMap((kind) => states.flatMap((state) => people.flatMap((viewer) => actionsOn(task(4, kind, { state, unit: 'U1' }), ticket(TicketState.in_progress), viewer))))
  const elsewhere = [TicketAction.waive_step, TicketAction.merge]
  expect(new Set([...menu, ...tasks, ...elsewhere])).toEqual(new Set(Object.values(TicketAction)))
})

test('every state has its sentence, and every action its word and its line in the story', () => {
  for (const status of Object.values(TicketState)) expect(known(`next.${next(ticket(status), HOTLINE).say}`), status).toBe(true)
  for (const action of Object.values(TicketAction)) {
    expect(listed(`ticket_action.${action}`), action).toBe(true)
    expect(known(`did.${action}`), action).toBe(true)
  }
})

test('nobody reviews their own report, and the bar says so', () => {
  const reported = ticket(TicketState.pending_review, { reported: done(7, HOTLINE.id) })
  expect(wanted(reported, HOTLINE)).toEqual([TicketAction.return_done])
  expect(next(reported, HOTLINE).say).toBe('own_report')
  expect(wanted(reported, REVIEWER)).toEqual([TicketAction.approve_done, TicketAction.return_done])
})

test('feedback is drafted for everybody who has to be answered, approved by another person, then sent', () => {
  const found = { n: 3, finding: Finding.reasonable, words: '', evidence: [], by: 'P2', confirmed_by: null }
  const text = (n: number, addressee: Addressee, state: TaskState) => task(n, TaskKind.feedback, { addressee, stage: Stage.result, state })
  const none = next(ticket(TicketState.reviewed, { found }), HOTLINE)
  expect(none.wanted.map(({ preset }) => preset.addressee)).toEqual([Addressee.requester, Addressee.platform])
  const direct = next(ticket(TicketState.reviewed, { found, from_platform: false }), HOTLINE)
  expect(direct.wanted.map(({ preset }) => preset.addressee)).toEqual([Addressee.requester])

  const drafted = ticket(TicketState.reviewed, { found, tasks: [text(4, Addressee.requester, TaskState.open), text(5, Addressee.platform, TaskState.open)] })
  expect(waiting(drafted, HOTLINE)).toEqual([])
  expect(waitsForAnother(drafted.life.tasks[0]!, HOTLINE)).toBe(true)
  expect(waiting(drafted, REVIEWER)).toEqual([
    [TicketAction.approve_feedback, 4],
    [TicketAction.approve_feedback, 5],
  ])
  const approved = { found, tasks: [text(4, Addressee.requester, TaskState.approved)] }
  expect(waiting(ticket(TicketState.reviewed, approved), HOTLINE)).toEqual([[TicketAction.send_feedback, 4]])
  // What came of it does not go out before the office has agreed that it is done.
  expect(waiting(ticket(TicketState.in_progress, approved), HOTLINE)).toEqual([])
})

test('a co-task waits for its unit, a supervision for those who have the ticket and then for who asked', () => {
  const help = ticket(TicketState.in_progress, { tasks: [task(4, TaskKind.help, { unit: 'U1' }), task(5, TaskKind.help, { unit: 'U2' })] })
  expect(waiting(help, HANDLER)).toEqual([[TicketAction.help_done, 4]])
  const open = ticket(TicketState.in_progress, { tasks: [task(6, TaskKind.supervision)] })
  expect(waiting(open, HANDLER)).toEqual([[TicketAction.answer_supervision, 6]])
  expect(waiting(open, HOTLINE)).toEqual([])
  const answered = ticket(TicketState.in_progress, { tasks: [task(6, TaskKind.supervision, { state: TaskState.answered })] })
  expect(waiting(answered, HOTLINE)).toEqual([[TicketAction.close_supervision, 6]])
  expect(waiting(answered, REVIEWER)).toEqual([])
})

test('an unreasonable finding waits for a second person', () => {
  const found = { n: 3, finding: Finding.unreasonable, words: '', evidence: ['照片'], by: HOTLINE.id, confirmed_by: null }
  const one = ticket(TicketState.reviewed, { found })
  expect(waiting(one, HOTLINE)).toEqual([])
  expect(waiting(one, REVIEWER)).toEqual([[TicketAction.confirm_finding, undefined]])
  expect(next(one, HOTLINE).say).toBe('second')
})

test('after the answer comes the callback, then the causes, then the end', () => {
  const replied = (...recorded: TenStep[]) => wanted(ticket(TicketState.replied, {}, recorded), HOTLINE)
  expect(replied()).toEqual([TicketAction.callback, TicketAction.analyse])
  expect(replied(TenStep.callback)).toEqual([TicketAction.analyse, TicketAction.close])
  expect(replied(TenStep.callback, TenStep.analysis)).toEqual([TicketAction.close])
})

test('whoever has the ticket writes what will be done to everybody whom a term names, before it is reported done', () => {
  const begun = { taken: done(2, 'P3'), contacted_at: 5, from_platform: false }
  const clock = (missing: Addressee[]) => ({ clocks: [{ kind: 'feedback', due: { day: '2026-11-24', at: 9, provisional: false }, missing }] }) as unknown as Partial<Ticket>
  const both = ticket(TicketState.in_progress, begun, [], clock([Addressee.requester, Addressee.platform]))
  expect(next(both, HANDLER).wanted.map(({ preset }) => [preset.addressee, preset.stage])).toEqual([
    [Addressee.requester, Stage.opinion],
    [Addressee.platform, Stage.opinion],
  ])
  expect(addresseesOf(both)).toEqual([Addressee.requester, Addressee.platform])
  const drafted = { ...begun, tasks: [task(4, TaskKind.feedback, { addressee: Addressee.requester, stage: Stage.opinion })] }
  const one = ticket(TicketState.in_progress, drafted, [], clock([Addressee.requester, Addressee.platform]))
  expect(wanted(one, HANDLER)).toEqual([TicketAction.draft_feedback, TicketAction.report_done])
  expect(wanted(ticket(TicketState.in_progress, begun, [], clock([])), HANDLER)).toEqual([TicketAction.report_done])
  // What was told to the platform stays to be read, though nobody waits for it any more.
  const told = task(5, TaskKind.feedback, { addressee: Addressee.platform, stage: Stage.opinion, state: TaskState.sent })
  expect(addresseesOf(ticket(TicketState.in_progress, { ...begun, tasks: [told] }))).toEqual([Addressee.requester, Addressee.platform])
  expect(addresseesOf(ticket(TicketState.in_progress, begun))).toEqual([Addressee.requester])
})
