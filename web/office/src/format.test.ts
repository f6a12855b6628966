import { expect, test } from 'vitest'
import type { ListedClock } from '@shared/api-types'
import { clockDeadline, DAY, deadline, distance, dueStamp, dueWhen, metresBetween, offset, roughly, size, skipsRestDays, span, stamp, when } from './format'

const HOUR = 3_600_000
const MINUTE = 60_000
const at = Date.parse('2026-11-24T17:30:00+08:00')

test('times are told in the sub-district’s zone', () => {
  expect(stamp(at)).toBe('2026-11-24 17:30')
  expect(stamp(null)).toBe('无')
})

test('a time close by is told by its day', () => {
  expect(when(at, at + HOUR)).toBe('今天 17:30')
  expect(when(at, at + DAY)).toBe('昨天 17:30')
  expect(when(at, at + 9 * DAY)).toBe('11-24 17:30')
  expect(when(at, at + 60 * DAY)).toBe('2026-11-24 17:30')
})

test('what ends at midnight ends at 24:00 of the day before, everywhere', () => {
  const midnight = Date.parse('2026-11-25T00:00:00+08:00')
  expect(dueStamp(midnight)).toBe('2026-11-24 24:00')
  expect(dueStamp(at)).toBe('2026-11-24 17:30')
  expect(dueStamp(null)).toBe('无')
  expect(dueWhen(midnight, at)).toBe('今天 24:00')
  expect(dueWhen(midnight, midnight)).toBe('11-24 24:00')
  expect(dueWhen(at, at + 60 * DAY)).toBe('2026-11-24 17:30')
})

test('lengths of time name two units at most', () => {
  expect(span(20_000)).toBe('不到 1 分钟')
  expect(span(35 * MINUTE)).toBe('35 分钟')
  expect(span(3 * HOUR)).toBe('3 小时')
  expect(span(3 * HOUR + 20 * MINUTE)).toBe('3 小时 20 分钟')
  expect(span(DAY + 3 * HOUR + 5 * MINUTE)).toBe('1 天 3 小时')
  expect([20_000, 35 * MINUTE, 3 * HOUR + 59 * MINUTE, 3 * DAY + 18 * HOUR].map(roughly)).toEqual(['不到 1 分钟', '35 分钟', '3 小时', '3 天'])
  expect(span(-12 * DAY - HOUR)).toBe('12 天')
})

test('a deadline says how it stands in words', () => {
  const dispatched = at - 10 * DAY
  expect(deadline(at, dispatched, at - DAY - 3 * HOUR)).toEqual({ risk: 'half', text: '剩余 1 天 3 小时' })
  expect(deadline(at, dispatched, at - 8 * DAY)).toEqual({ risk: 'calm', text: '剩余 8 天' })
  expect(deadline(at, dispatched, at - 40 * MINUTE)).toEqual({ risk: 'soon', text: '剩余 40 分钟' })
  expect(deadline(at, dispatched, at + 2 * DAY + 4 * HOUR)).toEqual({ risk: 'overdue', text: '已超期 2 天' })
  expect(deadline(at, dispatched, at + 50 * MINUTE)).toEqual({ risk: 'overdue', text: '已超期 50 分钟' })
})

test('a clock of the hub is told in working days', () => {
  const clock: ListedClock = { level: 'green', state: 'running', due_day: '2026-11-30', overdue: false, working_days: 1, millis: 3 * HOUR + 20 * MINUTE, next_change: null }
  expect(clockDeadline(clock)).toEqual({ risk: 'calm', text: '剩余 1 个工作日 3 小时' })
  expect(clockDeadline({ ...clock, level: 'yellow', working_days: 0 })).toEqual({ risk: 'soon', text: '剩余 3 小时 20 分钟' })
  expect(clockDeadline({ ...clock, level: 'purple', overdue: true, working_days: 12 })).toEqual({ risk: 'overdue', text: '已超期 12 个工作日' })
  expect(clockDeadline({ ...clock, level: null, state: 'paused' })).toEqual({ risk: 'over', text: '已暂停计时' })
  expect(clockDeadline({ ...clock, level: null, state: 'met', working_days: null, millis: null })).toEqual({ risk: 'over', text: '不再计时' })
})

test('no countdown runs without a deadline or after the ticket is settled', () => {
  expect(deadline(null, at, at)).toEqual({ risk: 'none', text: '没有时限' })
  expect(deadline(at, at, at + 9 * DAY, true).risk).toBe('over')
})

test('a phone clock is only worth a word from a minute on', () => {
  expect(offset(30_000)).toEqual({ text: '准', off: false })
  expect(offset(-4 * MINUTE)).toEqual({ text: '慢 4 分钟', off: true })
  expect(offset(3 * HOUR)).toEqual({ text: '快 3 小时', off: true })
  expect(offset(null)).toEqual({ text: '未测', off: false })
})

test('distances and sizes are short', () => {
  expect(distance(12.4)).toBe('12 米')
  expect(distance(1_340)).toBe('1.3 公里')
  expect(size(210_000)).toBe('205 KB')
  expect(size(1_500_000)).toBe('1.4 MB')
})

test('a hundredth of a degree of latitude is 1,112 metres', () => {
  expect(Math.round(metresBetween({ lat_e7: 367_000_000, lon_e7: 1_170_000_000 }, { lat_e7: 367_100_000, lon_e7: 1_170_000_000 }))).toBe(1_112)
  expect(metresBetween({ lat_e7: 1, lon_e7: 2 }, { lat_e7: 1, lon_e7: 2 })).toBe(0)
})

test('hours that leave a weekend out say so', () => {
  const left = (millis: number, working_days = 0): ListedClock => ({ state: 'running', level: 'yellow', due_day: null, overdue: false, working_days, millis, next_change: null })
  const monday = Date.parse('2026-11-30T04:11:00+08:00')
  expect(skipsRestDays(left(4 * HOUR + 11 * MINUTE), monday, monday - 30 * HOUR)).toBe(true)
  expect(skipsRestDays(left(30 * HOUR), monday, monday - 30 * HOUR)).toBe(false)
  // A list that is some minutes old.
  expect(skipsRestDays(left(3 * HOUR), monday, monday - 2 * HOUR)).toBe(false)
  expect(skipsRestDays(left(4 * HOUR, 1), monday, monday - 60 * HOUR)).toBe(false)
})
