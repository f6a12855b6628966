import { expect, test } from 'vitest'
import type { Entry } from '@shared/core/views'
import { checksText, fenOf, hoursText, minuteOf, minuteText, termsOf, toggledDay, weekdaysText, yuanText } from './terms'

const clause = (more: Record<string, string | number>): Entry => ({ id: 'C', removed: false, ...more })

test('an amount is kept to the last fen and shown as it was typed', () => {
  for (const [typed, fen, shown] of [['1200', 120_000, '1200'], ['0.05', 5, '0.05'], ['1200.5', 120_050, '1200.50'], ['1,200.50元', 120_050, '1200.50'], ['１２００', 120_000, '1200'], ['¥ 3 000', 300_000, '3000'], ['0', 0, '0']] as const) {
    expect(fenOf(typed), typed).toBe(fen)
    expect(yuanText(fen)).toBe(shown)
  }
  // 0.29 * 100 is no whole number in binary.
  expect(fenOf('0.29')).toBe(29)
})

test('what is no amount is not guessed at', () => {
  for (const typed of ['', '一千二', '12.345', '-5', '1.2.3', '1e3', '1000000000000', 'abc', '.']) expect(fenOf(typed), typed).toBeNull()
})

test('the time of a day goes there and back, and its end is 24:00', () => {
  for (const text of ['00:00', '08:30', '23:59']) expect(minuteText(minuteOf(text) ?? -1)).toBe(text)
  expect(minuteText(1440)).toBe('24:00')
  for (const text of ['24:00', '8', '12:60', '']) expect(minuteOf(text), text).toBeNull()
})

test('days of the week are told as people say them', () => {
  expect(weekdaysText(0b111_1111)).toBe('每天')
  expect(weekdaysText(0b001_1111)).toBe('周一至周五')
  expect(weekdaysText(0b110_0000)).toBe('周六、周日')
  expect(weekdaysText(0b101_0111)).toBe('周一至周三、周五、周日')
  expect(toggledDay(toggledDay(0, 6), 0)).toBe(0b100_0001)
  expect(toggledDay(0b100_0001, 0)).toBe(0b100_0000)
})

test('the terms of a clause are all told, in words', () => {
  const at = Date.parse('2026-12-01T09:00:00+08:00')
  const one = clause({ performer: 'P', weekdays: 31, from_minute: 480, to_minute: 1440, amount_fen: 120_050, due_at: at, measure: '装隔音垫', manner: '转账', place: '5 号楼', check_from_at: at, check_every_days: 7, check_times: 3 })
  expect(termsOf(one, () => '张某').map(([, words]) => words)).toEqual(['张某', '装隔音垫', '周一至周五 08:00 到 24:00', '1200.50 元', '2026-12-01', '转账', '5 号楼', '2026-12-01 起每 7 天一次，共 3 次'])
  expect(termsOf(clause({}), () => '')).toEqual([])
  expect(hoursText(clause({ from_minute: 1200 }))).toBe('20:00 到 24:00')
  expect(checksText(clause({ check_from_at: at }))).toBe('2026-12-01 抽查一次')
})
