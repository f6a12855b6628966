import { Failure } from '@shared/core/client'
import { MOST_BYTES, MOST_PIXELS } from '@shared/photo'
import type { Clock } from '@shared/core/views'
import { clockText, dateText, dateTimeText, daysFrom, remaining, type Pressure } from '@shared/time'
import { listed } from '@shared/words'
import { language, messages, named, t, type Key } from './i18n'

/** Limits that sentences state. */
const LIMITS = { megabytes: MOST_BYTES / 1024 / 1024, megapixels: MOST_PIXELS / 1_000_000 }

const has = (key: string): key is Key => key in messages

/** The sentence for a failure: ours for a known code, else the hub's, else a general one. */
export function sentence(code: string, detail = ''): string {
  // What goes with a code of the phone's own is the format of the file that was chosen.
  if (has(`error.${code}`)) return t(`error.${code}` as Key, { ...LIMITS, format: detail })
  return detail && language.value === 'zh-CN' ? detail : detail || t('error.unknown')
}

export const sentenceOf = (error: unknown): string => (error instanceof Failure ? sentence(error.code, error.detail) : t('error.unknown'))

/** The same for a residents' representative, who turns to the mediator where others turn to the office. */
export function toRepresentative({ code, detail }: Failure): string {
  const key = `representative.error.${code}`
  return has(key) ? t(key) : sentence(code, detail)
}

/** Why the office did not take own words, for the person who wrote them. */
export function asideReason(code: string): string {
  const key = `aside.reason.${code}`
  return has(key) ? t(key) : t('aside.reason.other', { code })
}

/** The word for a code of one of the lists, as `word('urgency', 'urgent')`; an unknown code is shown as it is. */
export const word = (list: string, code: unknown): string => {
  if (typeof code !== 'string') return String(code ?? '')
  const key = `${list}.${code}`
  return listed(key) || has(key) ? named(key) : code
}

/** A length of time in its largest unit: 56 years are not told in minutes. */
export function lasting(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000))
  if (minutes < 120) return t('span.minutes', { minutes })
  const hours = Math.round(minutes / 60)
  if (hours < 48) return t('lasting.hours', { hours })
  const days = Math.round(hours / 24)
  return days < 700 ? t('lasting.days', { days }) : t('lasting.years', { years: Math.round(days / 365.25) })
}

/** 今天 10:32, 昨天 10:32 or the full date. */
export function when(at: number, now: number): string {
  const days = daysFrom(now, at)
  if (days === 0) return t('when.today', { time: clockText(at) })
  if (days === -1) return t('when.yesterday', { time: clockText(at) })
  if (days === 1) return t('when.tomorrow', { time: clockText(at) })
  return dateTimeText(at)
}

export const day = (at: number, now: number): string => {
  const days = daysFrom(now, at)
  return days === 0 ? t('day.today') : days === 1 ? t('day.tomorrow') : dateText(at)
}

/** 剩余 1 天 3 小时 / 已超期 2 小时 */
export function countdown(due: number | null, now: number): { text: string; pressure: Pressure } {
  const { pressure, days, hours, minutes } = remaining(due, now)
  if (pressure === 'none') return { pressure, text: t('due.none') }
  const span = days > 0 ? t('span.days', { days, hours }) : hours > 0 ? t('span.hours', { hours, minutes }) : t('span.minutes', { minutes })
  return { pressure, text: t(pressure === 'overdue' ? 'due.overdue' : 'due.left', { span }) }
}

const HOUR = 3_600_000

/** What is left of a clock, or for how long it has been over, in working days where it has these; empty when nothing runs. */
export function left({ remaining: time }: Clock): string {
  if (!time) return ''
  const minutes = time.overdue ? Math.floor(time.millis / 60_000) : Math.ceil(time.millis / 60_000)
  const places = { days: time.working_days, hours: Math.floor((minutes * 60_000) / HOUR), minutes: minutes % 60 }
  const span = places.days > 0 ? t('span.working_days', places) : places.hours > 0 ? t('span.hours', places) : t('span.minutes', places)
  return t(time.overdue ? 'due.overdue' : 'due.left', { span })
}

/** 1.2 MB */
export function weight(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KB`
  if (bytes < 1024 ** 3) return `${(bytes / 1024 ** 2).toFixed(1)} MB`
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`
}
