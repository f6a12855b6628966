import { expect, test } from 'vitest'
import { byDeadline, clockText, dateOf, dateText, dateTimeText, dayStart, daysFrom, dueText, remaining, secondsText, weekday } from './time'

const at = (text: string) => Date.parse(`${text}+08:00`)

test('times are shown in the office zone whatever the phone is set to', () => {
  expect(dateTimeText(Date.UTC(2026, 10, 24, 9, 30))).toBe('2026-11-24 17:30')
  expect(dateText(Date.UTC(2026, 10, 24, 16, 0))).toBe('2026-11-25')
  expect(clockText(at('2026-01-02T03:04:05'))).toBe('03:04')
  expect(secondsText(at('2026-01-02T03:04:05'))).toBe('03:04:05')
  expect(weekday(at('2026-11-24T00:00:00'))).toBe(2)
})

test('days are counted by the calendar, not by 24 hours', () => {
  const now = at('2026-11-24T23:59:00')
  expect(daysFrom(now, at('2026-11-25T00:01:00'))).toBe(1)
  expect(daysFrom(now, at('2026-11-24T00:00:00'))).toBe(0)
  expect(daysFrom(now, at('2026-11-22T12:00:00'))).toBe(-2)
  expect(dayStart(now)).toBe(at('2026-11-24T00:00:00'))
})

test('a date text is read back, and one that is no date is refused', () => {
  expect(dateOf('2026-11-24')).toBe(at('2026-11-24T00:00:00'))
  expect(dateOf('2026-02-30')).toBeNull()
  expect(dateOf('tomorrow')).toBeNull()
})

test('the time left counts a started minute until the deadline, exactly at it there is none left', () => {
  const due = at('2026-11-24T17:30:00')
  expect(remaining(due, due - 1)).toEqual({ pressure: 'soon', days: 0, hours: 0, minutes: 1 })
  expect(remaining(due, due)).toEqual({ pressure: 'soon', days: 0, hours: 0, minutes: 0 })
  expect(remaining(due, due + 1)).toEqual({ pressure: 'overdue', days: 0, hours: 0, minutes: 0 })
  expect(remaining(due, due - (27 * 60 + 5) * 60_000)).toEqual({ pressure: 'calm', days: 1, hours: 3, minutes: 5 })
  expect(remaining(due, due + 50 * 3_600_000).pressure).toBe('overdue')
  expect(remaining(null, due).pressure).toBe('none')
})

test('the longest overdue comes first and work without a deadline last', () => {
  const sorted = [{ due_at: 50 }, { due_at: null }, { due_at: -10 }, { due_at: 7 }].sort(byDeadline)
  expect(sorted.map((x) => x.due_at)).toEqual([-10, 7, 50, null])
})

test('a term that is over at midnight ends at 24:00 of its last day', () => {
  expect(dueText(Date.parse('2026-10-10T00:00:00+08:00'))).toBe('2026-10-09 24:00')
  expect(dueText(Date.parse('2026-10-09T17:30:00+08:00'))).toBe('2026-10-09 17:30')
})
