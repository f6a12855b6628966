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
