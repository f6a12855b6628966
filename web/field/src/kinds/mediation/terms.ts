// The terms of a clause: what is typed, what is stored, and how the paper says it.
import type { Entry } from '@shared/core/views'
import { dateText } from '@shared/time'
import { t, type Message } from './messages'
import { noun } from './nouns'

/** Most that a clause may name, in hundredths of a yuan. */
const MOST_FEN = 10_000_000_000_000
const DAYS = [0, 1, 2, 3, 4, 5, 6] as const
export const WHOLE_WEEK = 127

/** Hundredths of a yuan for a typed amount; `null` when it is none. No rounding: a third digit is a slip of the finger. */
export function fenOf(text: string): number | null {
  const plain = text.normalize('NFKC').replace(/[\s,，元¥￥]/g, '')
  const parts = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(plain)
  if (!parts) return null
  const fen = Number(parts[1]) * 100 + Number((parts[2] ?? '').padEnd(2, '0'))
  return fen <= MOST_FEN ? fen : null
}

/** `1200`, `1200.50` */
export function yuanText(fen: number): string {
  const rest = fen % 100
  const yuan = String(Math.floor(fen / 100))
  return rest === 0 ? yuan : `${yuan}.${String(rest).padStart(2, '0')}`
}

/** Minute of a day for `08:30`; `null` when it is none. */
export function minuteOf(text: string): number | null {
  const parts = /^(\d{1,2}):(\d{2})$/.exec(text)
  if (!parts) return null
  const [hours, minutes] = [Number(parts[1]), Number(parts[2])]
  return hours < 24 && minutes < 60 ? hours * 60 + minutes : null
}

/** `08:30`; the end of a day is `24:00`. */
export const minuteText = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** What day `day` of the week is called, Monday is 0. */
export const dayName = (day: number): string => t(`mediation.form.day.${day}` as Message)

export const hasDay = (mask: number, day: number): boolean => (mask & (1 << day)) !== 0

/** The set of days with `day` put in or taken out. */
export const toggledDay = (mask: number, day: number): number => mask ^ (1 << day)

/** 每天, 周一至周五, 周六、周日: days in a row from three on are told by their ends. */
export function weekdaysText(mask: number): string {
  if (mask === WHOLE_WEEK) return t('mediation.form.day.every')
  const runs: number[][] = []
  for (const day of DAYS) {
    if (!hasDay(mask, day)) continue
    const last = runs.at(-1)
    if (last && last.at(-1) === day - 1) last.push(day)
    else runs.push([day])
  }
  const words = runs.flatMap((run) => (run.length > 2 ? [t('mediation.form.day.range', { from: dayName(run[0] ?? 0), to: dayName(run.at(-1) ?? 0) })] : run.map(dayName)))
  return words.join(t('mediation.form.list'))
}

const number = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** The hours and days in which a clause holds, as `周一至周五 08:00–12:00`. */
export function hoursText(clause: Entry): string {
  const [from, to, days] = [number(clause.from_minute), number(clause.to_minute), number(clause.weekdays)]
  const hours = from === null && to === null ? '' : t('mediation.form.term.hours', { from: minuteText(from ?? 0), to: minuteText(to ?? 1440) })
  return [days ? weekdaysText(days) : '', hours].filter(Boolean).join(' ')
}

/** When a clause is checked. */
export function checksText(clause: Entry): string {
  const first = number(clause.check_from_at)
  if (first === null) return ''
  const [every, times] = [number(clause.check_every_days), number(clause.check_times)]
  if (every === null) return t('mediation.form.term.check_once', { day: dateText(first) })
  return t('mediation.form.term.checks', { day: dateText(first), days: every, times: times ?? 1 })
}

/** The terms of a clause, each a line: name and words. */
export function termsOf(clause: Entry, partyName: (id: unknown) => string): [name: string, words: string][] {
  const [amount, due] = [number(clause.amount_fen), number(clause.due_at)]
  const lines: [string, string][] = [
    [noun('mediation.clauses.performer'), partyName(clause.performer)],
    [noun('mediation.clauses.measure'), String(clause.measure ?? '')],
    [t('mediation.form.term.when'), hoursText(clause)],
    [noun('mediation.clauses.amount_fen'), amount === null ? '' : t('mediation.form.term.yuan', { yuan: yuanText(amount) })],
    [noun('mediation.clauses.due_at'), due === null ? '' : dateText(due)],
    [noun('mediation.clauses.manner'), String(clause.manner ?? '')],
    [noun('mediation.clauses.place'), String(clause.place ?? '')],
    [t('mediation.form.term.check'), checksText(clause)],
  ]
  return lines.filter(([, words]) => words !== '')
}
