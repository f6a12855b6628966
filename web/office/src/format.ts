import type { ListedClock, Millis } from '@shared/api-types'
import type { Clock } from '@shared/core/views'
import { clockText as clock, dateText as day, dateTimeText, daysFrom, dueText, secondsText as second } from '@shared/time'
import { t } from './i18n'

export { clock, day, second }

const MINUTE = 60_000
const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** `2026-11-24 17:30` */
export const stamp = (at: Millis | null | undefined): string => (at === null || at === undefined ? t('none') : dateTimeText(at))

/** The shortest form that is still plain: 今天 17:30, 昨天 17:30, 11-20 17:30, 2025-11-20 17:30. */
export const when = (at: Millis | null | undefined, now: Millis): string => {
  if (at === null || at === undefined) return t('none')
  const days = daysFrom(now, at)
  if (days === 0) return t('time.today', { time: clock(at) })
  if (days === -1) return t('time.yesterday', { time: clock(at) })
  return day(at).slice(0, 4) === day(now).slice(0, 4) ? stamp(at).slice(5) : stamp(at)
}

/** The end of a term: what ends at midnight ends at 24:00 of the day before. */
export const dueStamp = (at: Millis | null | undefined): string => (at === null || at === undefined ? t('none') : dueText(at))

/** The same in its shortest form: 今天 24:00, 11-20 17:30. */
export const dueWhen = (at: Millis, now: Millis): string => {
  const last = dueText(at)
  if (daysFrom(now, at - 1) === 0) return t('time.today', { time: last.slice(11) })
  return last.slice(0, 4) === day(now).slice(0, 4) ? last.slice(5) : last
}

const counted = (n: number, unit: 'year' | 'day' | 'hour' | 'minute' | 'working_day') => t(n === 1 ? `span.${unit}.one` : `span.${unit}.many`, { n })

/** `2 天`, `1 天 3 小时`, `3 小时 20 分`, `35 分`; below one minute `不到 1 分`. Days alone from ten days on. */
export const span = (length: Millis): string => {
  const minutes = Math.floor(Math.abs(length) / MINUTE)
  if (minutes < 1) return t('span.moment')
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60]
  if (days >= 1000) return counted(Math.round(days / 365.25), 'year')
  if (days >= 10) return counted(days, 'day')
  const parts = days > 0 ? [counted(days, 'day'), hours > 0 ? counted(hours, 'hour') : ''] : [hours > 0 ? counted(hours, 'hour') : '', rest > 0 ? counted(rest, 'minute') : '']
  return parts.filter(Boolean).join(' ')
}

/** The largest unit alone, for narrow columns: `2 天`, `3 小时`, `35 分`. */
export const roughly = (length: Millis): string => {
  const unit = [DAY, HOUR, MINUTE].find((one) => Math.abs(length) >= one) ?? MINUTE
  return span(Math.floor(Math.abs(length) / unit) * unit)
}

export type Risk = 'overdue' | 'soon' | 'half' | 'calm' | 'over' | 'none'

export interface Deadline {
  risk: Risk
  text: string
}

/**
 * How a deadline stands. Yellow from one day before, blue from half the time on (the levels of the field apps);
 * a ticket that needs nothing more shows its date without a countdown.
 */
export const deadline = (due: Millis | null | undefined, dispatched: Millis | null | undefined, now: Millis, settled = false): Deadline => {
  if (due === null || due === undefined) return { risk: 'none', text: t('due.none') }
  if (settled) return { risk: 'over', text: t('due.settled') }
  const left = due - now
  if (left < 0) return { risk: 'overdue', text: t('due.overdue', { span: overdueSpan(-left) }) }
  const text = t('due.left', { span: span(left) })
  if (left <= DAY) return { risk: 'soon', text }
  const half = dispatched !== null && dispatched !== undefined && left <= (due - dispatched) / 2
  return { risk: half ? 'half' : 'calm', text }
}

/** One clock of a ticket as a list would tell it. */
export const listedClock = ({ level, state, due, remaining, next_change }: Clock): ListedClock => ({
  level,
  state,
  due_day: due?.day ?? null,
  overdue: remaining?.overdue ?? false,
  working_days: remaining?.working_days ?? null,
  millis: remaining?.millis ?? null,
  next_change,
})

/**
 * The same by the clock that the hub counted, in working days. What is overdue beside the result (an arrival that nobody
 * made) colours the ticket too.
 */
export const clockDeadline = (clock: ListedClock): Deadline => {
  if (clock.state === 'paused') return { risk: 'over', text: t('due.paused') }
  if (clock.working_days === null || clock.millis === null) return { risk: 'over', text: t('due.settled') }
  const days = clock.working_days > 0 ? counted(clock.working_days, 'working_day') : ''
  const rest = clock.working_days >= 10 || (days && clock.millis < HOUR) ? '' : span(days ? Math.floor(clock.millis / HOUR) * HOUR : clock.millis)
  const text = t(clock.overdue ? 'due.overdue' : 'due.left', { span: [days, rest].filter(Boolean).join(' ') })
  return { risk: clock.level ? RISKS[clock.level] : 'over', text }
}

/** Hours alone look like hours of the clock on the wall: whether days of rest between now and the end are not among them. */
export const skipsRestDays = (clock: ListedClock, due: Millis, now: Millis): boolean => clock.working_days === 0 && clock.millis !== null && Math.abs(due - now) - clock.millis > HOUR

const RISKS: Record<NonNullable<ListedClock['level']>, Risk> = { green: 'calm', blue: 'half', yellow: 'soon', red: 'overdue', purple: 'overdue' }

/** Overdue is told in whole days once a day has passed. */
const overdueSpan = (late: Millis) => (late >= DAY ? counted(Math.floor(late / DAY), 'day') : span(late))

/** `12 米`, `1.3 公里` */
export const distance = (metres: number): string => (metres < 1000 ? t('distance.m', { n: Math.round(metres) }) : t('distance.km', { n: (metres / 1000).toFixed(1) }))

/** `312 KB`, `1.4 MB` */
export const size = (bytes: number): string => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`)

/** A phone clock's offset in words; nothing below a minute, where it does no harm. */
export const offset = (ms: number | null): { text: string; off: boolean } => {
  if (ms === null) return { text: t('clock.unknown'), off: false }
  if (Math.abs(ms) < MINUTE) return { text: t('clock.right'), off: false }
  return { text: t(ms > 0 ? 'clock.fast' : 'clock.slow', { span: span(ms) }), off: true }
}

const EARTH = 6_371_000
const radians = (degrees: number) => (degrees * Math.PI) / 180

/** Metres between two points given in 1e-7 degrees. */
export const metresBetween = (a: { lat_e7: number; lon_e7: number }, b: { lat_e7: number; lon_e7: number }): number => {
  const [latA, latB] = [radians(a.lat_e7 / 1e7), radians(b.lat_e7 / 1e7)]
  const dLat = latB - latA
  const dLon = radians((b.lon_e7 - a.lon_e7) / 1e7)
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(latA) * Math.cos(latB) * Math.sin(dLon / 2) ** 2
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** `36.70037° 北 117.03597° 东` as one text. */
export const position = (lat_e7: number, lon_e7: number): string => t('position', { lat: (lat_e7 / 1e7).toFixed(5), lon: (lon_e7 / 1e7).toFixed(5) })

/** A ULID shortened for a place where the name is not known. */
export const tail = (id: string): string => id.slice(-6)
