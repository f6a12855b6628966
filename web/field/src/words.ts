import { Failure } from '@shared/core/client'
import { MOST_BYTES, MOST_PIXELS } from '@shared/photo'
import type { Clock, Level, Remaining, TicketClocks } from '@shared/core/views'
import type { TicketState } from '@shared/lifecycle/names'
import { isDoneInField } from '@shared/lifecycle/rules'
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

const MINUTE = 60_000

/** `2 个工作日 3 小时`, `3 小时 20 分`, `35 分钟`: a started minute counts while time is left. */
function worked({ overdue, working_days: days, millis }: Remaining): string {
  const minutes = overdue ? Math.floor(millis / MINUTE) : Math.ceil(millis / MINUTE)
  const hours = Math.floor(minutes / 60)
  // A started minute may fill the day.
  if (days > 0) return t('span.working_days', hours === 24 ? { days: days + 1, hours: 0 } : { days, hours })
  return hours > 0 ? t('span.hours', { hours, minutes: minutes % 60 }) : t('span.minutes', { minutes })
}

const PRESSURES: Record<Level, Pressure> = { green: 'calm', blue: 'calm', yellow: 'soon', red: 'overdue', purple: 'overdue' }

/** How one clock stands, in words: 剩余 1 个工作日 3 小时, 已完成, 已暂停. */
export function clockStand(clock: Clock): { text: string; pressure: Pressure } {
  if (clock.state === 'paused') return { text: t('due.paused'), pressure: 'none' }
  if (clock.remaining === null || clock.level === null) return { text: word('clock_state', clock.state), pressure: 'none' }
  const text = t(clock.remaining.overdue ? 'due.overdue' : 'due.left', { span: worked(clock.remaining) })
  return { text, pressure: PRESSURES[clock.level] }
}

/**
 * How a ticket stands: what is most urgent of it, named unless it is the result itself. Without clocks (an older hub, a
 * ticket that came with its answer) the date alone counts.
 */
export function ticketStand(ticket: { due_at: number | null; status: TicketState }, clocks: TicketClocks | undefined, now: number): { text: string; pressure: Pressure } {
  if (isDoneInField(ticket.status)) return { text: t('due.settled'), pressure: 'none' }
  const urgent = clocks?.clocks.filter((clock) => clock.level !== null && clock.kind !== 'return_window' && clock.kind !== 'promise').sort(byUrgency)[0]
  if (!urgent) {
    const result = clocks?.clocks.find((clock) => clock.kind === 'result')
    return result ? clockStand(result) : countdown(ticket.due_at, now)
  }
  const stand = clockStand(urgent)
  return urgent.kind === 'result' ? stand : { ...stand, text: t('due.of', { clock: word('deadline_clock', urgent.kind), stand: stand.text }) }
}

/** What is overdue comes first, then what is due first. */
const LEVELS: Level[] = ['purple', 'red', 'yellow', 'blue', 'green']
const rank = ({ level }: Clock) => (level ? LEVELS.indexOf(level) : LEVELS.length)
const byUrgency = (a: Clock, b: Clock) => rank(a) - rank(b) || (a.due?.at ?? 0) - (b.due?.at ?? 0)

/** 1.2 MB */
export function weight(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KB`
  if (bytes < 1024 ** 3) return `${(bytes / 1024 ** 2).toFixed(1)} MB`
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`
}

/** Why a position is not believed: plainly, and without accusing anybody. */
export function doubtText(sign: unknown): string {
  const key = `position.sign.${String(sign)}`
  return t('position.doubt', { why: t(has(key) ? key : 'position.sign.other') })
}

/** How long ago, for what is a matter of seconds: `8 秒前`. */
export function ageText(age: number): string {
  const seconds = Math.max(0, Math.round(age / 1000))
  return seconds < 100 ? t('age.seconds', { n: seconds }) : t('age.minutes', { n: Math.round(seconds / 60) })
}
