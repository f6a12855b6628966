import { expect, test } from 'vitest'
import type { Clock } from './core/views'
import { firstClock, warns, worst } from './deadline'

const clock = (kind: Clock['kind'], at: number, more: Partial<Clock> = {}): Clock => ({
  kind, state: 'running', from: 0, due: { day: '2026-11-28', at, provisional: false }, first_due: null, given: false, met_at: null, told_late: false, corrected: false, level: 'green', next_change: null, remaining: null, ...more,
})

test('what is due first is what somebody still has to do first', () => {
  const clocks = [clock('result', 9), clock('arrival', 2, { state: 'met', met_at: 1, level: null }), clock('feedback', 5), clock('co_task', 7)]
  expect(firstClock(clocks)?.kind).toBe('feedback')
  expect(firstClock([])).toBeNull()
})

test('the time in which the office may return a ticket is nobody’s in the field', () => {
  expect(firstClock([clock('return_window', 1), clock('result', 9)])?.kind).toBe('result')
})

test('the worst level counts, and a warning begins with the last working day', () => {
  expect(worst([clock('arrival', 1, { level: 'blue' }), clock('feedback', 2, { level: 'red' }), clock('result', 3, { level: null })])).toBe('red')
  expect([null, 'green', 'blue', 'yellow', 'red', 'purple'].map((level) => warns(level as Clock['level']))).toEqual([false, false, false, true, true, true])
})
