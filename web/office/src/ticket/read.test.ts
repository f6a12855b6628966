import { expect, test } from 'vitest'
import type { TicketEvent } from '@shared/api-types'
import { messages } from '../i18n'
import { assigneesOf, eventText } from './read'

const assigned = (n: number, from: unknown, id: string): TicketEvent => ({ n, at: n, by: null, kind: 'assigned', detail: { from, to: { kind: 'grid', id }, note: n === 1 ? '请先打电话' : '' } })

test('each assignment names to whom, though the event carries only an id', () => {
  const events = [assigned(1, null, 'G1'), assigned(2, { kind: 'grid', id: 'G1', name: '南路一网格' }, 'P1')]
  const names = assigneesOf({ assigned: { kind: 'person', id: 'P1', name: '林某' }, events })
  expect(events.map((event) => eventText(event, names))).toEqual([
    { title: '派给南路一网格', remark: '请先打电话' },
    { title: '派给林某', remark: '' },
  ])
})

test('an event of a kind this version does not know is shown by its word', () => {
  expect(eventText({ n: 1, at: 1, by: null, kind: 'weighed', detail: null })).toEqual({ title: 'weighed', remark: '' })
})

test('what an event of a record is called stands with the kind of record', () => {
  expect(eventText({ n: 1, at: 1, by: null, kind: 'visit_submitted', detail: { visit: 'V' } }).title).toBe(messages['visit.event.visit_submitted' as keyof typeof messages])
  expect(eventText({ n: 1, at: 1, by: null, kind: 'visit_submitted', detail: null }).title).not.toBe('visit_submitted')
})

test('what an import took over is told field by field', () => {
  const taken = [{ field: 'due_at', before: '2026-11-25 23:59:59', after: '2026-11-30 23:59:59', deadline: true }]
  const { title, remark } = eventText({ n: 2, at: 1, by: null, kind: 'imported_again', detail: { source: 'office', line: 2, urged: true, taken, left: [] } })
  expect(title).toBe(messages['event.imported_again'])
  expect(remark).toContain('2026-11-25 23:59:59 → 2026-11-30 23:59:59')
  expect(remark).toContain(messages['event.urged'])
})

const acted = (act: Record<string, unknown>, more: Record<string, unknown> = {}): TicketEvent => ({ n: 1, at: 1, by: null, kind: String(act.action), detail: { act, ...more } })

test('an action is told as what was done, to whom, with what was said and until when', () => {
  expect(eventText(acted({ action: 'ask_help', unit: 'U1', words: '请拉警戒线', due_at: Date.UTC(2026, 10, 30, 9, 30) }, { unit: '新华社区' }))).toEqual({ title: '请新华社区协办', remark: '请拉警戒线\n期限：2026-11-30 17:30' })
  expect(eventText(acted({ action: 'draft_feedback', addressee: 'platform', stage: 'result', words: '已办完' })).title).toBe('拟写给平台的处理结果')
  expect(eventText(acted({ action: 'appeal', cause: 'bad_rating', words: '评价有误', due_at: 1 })).title).toBe('申诉：差评')
  expect(eventText(acted({ action: 'accept' }))).toEqual({ title: '签收了工单', remark: '' })
})

test('a callback tells its three answers, or why there are none', () => {
  expect(eventText(acted({ action: 'callback', means: 'phone', service: 'satisfied', result: 'dissatisfied', solved: false, not_asked: null, words: '' })).remark).toBe('服务满意，结果不满意，没有解决。')
  expect(eventText(acted({ action: 'callback', means: 'phone', service: null, result: null, solved: null, not_asked: 'no_answer', words: '' })).remark).toBe('没有问到：无人接听。')
})

test('a score and a late return are told with what brought them', () => {
  expect(eventText(acted({ action: 'evaluate' }, { score: { version: 1, points: 90, parts: [] } })).remark).toBe('90 分')
  expect(eventText(acted({ action: 'return_up', words: '不属于本街道' }, { late: true })).remark).toBe('不属于本街道\n超期回退')
})
