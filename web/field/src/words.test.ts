import { expect, test } from 'vitest'
import type { Refusal } from '@shared/photo'
import en from '@shared/locales/field.en.json'
import zh from '@shared/locales/field.zh-CN.json'
import type { Clock, Level, Remaining } from '@shared/core/views'
import { sentence, ticketStand } from './words'

/** Complete by its type: a refusal that is added needs a sentence. */
const REFUSALS: Record<Refusal, true> = {
  photo_empty: true,
  photo_format: true,
  photo_heic: true,
  photo_not_picture: true,
  photo_not_read: true,
  photo_raw: true,
  photo_too_heavy: true,
  photo_too_large: true,
  photo_unreadable: true,
  photo_video: true,
  storage_full: true,
}

test('every reason for which a picture is not taken has its own sentence', () => {
  const sentences = Object.keys(REFUSALS).map((code) => sentence(code, 'AVIF'))
  expect(new Set(sentences).size).toBe(sentences.length)
  for (const text of sentences) expect(text).not.toMatch(/[{}]/)
  expect(sentence('photo_format', 'AVIF')).toContain('AVIF')
})

test('of a HEIC photo it is said where each phone is switched, and that a screenshot will do', () => {
  for (const words of ['HEIC', '设置→相机→格式→兼容性最佳', '高效图片', '截一张屏']) expect(zh['error.photo_heic']).toContain(words)
  for (const words of ['HEIC', 'Settings → Camera → Formats → Most Compatible', 'HEIF', 'screenshot']) expect(en['error.photo_heic']).toContain(words)
})

test('“take it again” is never all that is said of a file that the next photo would repeat', () => {
  for (const code of ['photo_heic', 'photo_raw', 'photo_format', 'photo_unreadable'] as const) expect(zh[`error.${code}`], code).toContain('截一张屏')
})

const HOUR_MS = 3_600_000
const running = (kind: Clock['kind'], level: Level, remaining: Remaining, due = 0): Clock => ({
  kind,
  state: remaining.overdue ? 'missed' : 'running',
  from: 0,
  due: { day: '2026-11-30', at: due, provisional: false },
  first_due: null,
  given: false,
  met_at: null,
  told_late: false,
  corrected: false,
  level,
  next_change: null,
  remaining,
})
const ticket = { due_at: 0, status: 'in_progress' as const }
const stand = (clocks: Clock[]) => ticketStand(ticket, { ticket: 'A', clocks, level: null, wake_at: null }, 0)

test('what is left is told in working days and hours, as the core counts them', () => {
  expect(stand([running('result', 'green', { overdue: false, working_days: 1, millis: 3 * HOUR_MS })])).toEqual({ text: '剩余 1 个工作日 3 小时', pressure: 'calm' })
  expect(stand([running('result', 'yellow', { overdue: false, working_days: 0, millis: 3 * HOUR_MS - 1 })])).toEqual({ text: '剩余 3 小时 0 分', pressure: 'soon' })
  expect(stand([running('result', 'green', { overdue: false, working_days: 1, millis: 24 * HOUR_MS - 1 })])).toEqual({ text: '剩余 2 个工作日 0 小时', pressure: 'calm' })
  expect(stand([running('result', 'purple', { overdue: true, working_days: 2, millis: HOUR_MS })])).toEqual({ text: '已逾期 2 个工作日 1 小时', pressure: 'overdue' })
})

test('what is overdue beside the result is named before the result', () => {
  const result = running('result', 'green', { overdue: false, working_days: 8, millis: 0 }, 9)
  const arrival = running('arrival', 'red', { overdue: true, working_days: 0, millis: 5 * 60_000 }, 1)
  expect(stand([result, arrival])).toEqual({ text: '到达现场：已逾期 5 分钟', pressure: 'overdue' })
})

test('a ticket that is done in the field counts down no more, and one on hold neither', () => {
  const result = running('result', 'red', { overdue: true, working_days: 0, millis: 1 })
  expect(ticketStand({ due_at: 0, status: 'closed' }, { ticket: 'A', clocks: [result], level: 'red', wake_at: null }, 1)).toEqual({ text: '不再计时', pressure: 'none' })
  expect(stand([{ ...result, state: 'paused', level: null }])).toEqual({ text: '已暂停计时', pressure: 'none' })
})

test('without clocks the date of the hub counts', () => {
  expect(ticketStand({ due_at: 2 * HOUR_MS, status: 'assigned' }, undefined, 0)).toEqual({ text: '剩余 2 小时 0 分', pressure: 'soon' })
})
