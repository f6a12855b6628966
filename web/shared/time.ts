// Times as the office reads them. The zone is fixed (UTC+8, no summer time), whatever the phone is set to.

const ZONE = 8 * 3_600_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const two = (n: number) => String(n).padStart(2, '0')
const local = (at: number) => new Date(at + ZONE)

/** `2026-11-24` */
export function dateText(at: number): string {
  const d = local(at)
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`
}

/** `17:30` */
export function clockText(at: number): string {
  const d = local(at)
  return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`
}

/** `17:30:05` */
export const secondsText = (at: number): string => `${clockText(at)}:${two(local(at).getUTCSeconds())}`

/** `2026-11-24 17:30` */
export const dateTimeText = (at: number): string => `${dateText(at)} ${clockText(at)}`

/** The end of a term: what ends at midnight ends at 24:00 of the day before. */
export const dueText = (at: number): string => (dayStart(at) === at ? `${dateText(at - 1)} 24:00` : dateTimeText(at))

/** Day of the week, 0 = Sunday. */
export const weekday = (at: number): number => local(at).getUTCDay()

/** First moment of the day of `at`. */
export const dayStart = (at: number): number => Math.floor((at + ZONE) / DAY) * DAY - ZONE

/** Whole days from the day of `now` to the day of `at`: 0 today, 1 tomorrow, -1 yesterday. */
export const daysFrom = (now: number, at: number): number => (dayStart(at) - dayStart(now)) / DAY

/** Midnight of a `2026-11-24` text; `null` when it is none. */
export function dateOf(text: string): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!parts) return null
  const at = Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])) - ZONE
  return dateText(at) === text ? at : null
}

/** How close a deadline is: `overdue` is past, `soon` within a day, `none` has no deadline. */
export type Pressure = 'overdue' | 'soon' | 'calm' | 'none'

export interface Remaining {
  pressure: Pressure
  days: number
  hours: number
  minutes: number
}

/** Time left until `due`, or time since it; whole minutes, a started one counts while time is left. */
export function remaining(due: number | null, now: number): Remaining {
  if (due === null) return { pressure: 'none', days: 0, hours: 0, minutes: 0 }
  const left = due - now
  const overdue = left < 0
  const minutes = overdue ? Math.floor(-left / MINUTE) : Math.ceil(left / MINUTE)
  return {
    pressure: overdue ? 'overdue' : left <= DAY ? 'soon' : 'calm',
    days: Math.floor(minutes / 1440),
    hours: Math.floor((minutes % 1440) / 60),
    minutes: minutes % 60,
  }
}

/** Sorts by deadline: the longest overdue first, no deadline last. */
export const byDeadline = (a: { due_at: number | null }, b: { due_at: number | null }): number =>
  (a.due_at ?? Number.MAX_SAFE_INTEGER) - (b.due_at ?? Number.MAX_SAFE_INTEGER)
