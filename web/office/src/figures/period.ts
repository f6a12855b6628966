import type { LocationQuery } from 'vue-router'
import { dateOf, dateText } from '@shared/time'

/** Which days figures are of; the address keeps it. */
export const KINDS = ['month', 'last_month', 'quarter', 'year', 'own'] as const
export type PeriodKind = (typeof KINDS)[number]
export interface Period {
  kind: PeriodKind
  /** `2026-11-01` */
  from: string
  /** The last day. */
  to: string
}

const two = (n: number) => String(n).padStart(2, '0')
/** The first of a month; `month` counts from 0 and may lie in another year. */
const first = (year: number, month: number): string => `${year + Math.floor(month / 12)}-${two((((month % 12) + 12) % 12) + 1)}-01`
const dayBefore = (day: string): string => dateText((dateOf(day) ?? 0) - 1)

/** A period of the house as it lies around `now`, up to its last day. */
export const around = (kind: Exclude<PeriodKind, 'own'>, now: number): Period => {
  const [year, month] = dateText(now).split('-').map(Number) as [number, number]
  const begin = { month: month - 1, last_month: month - 2, quarter: Math.floor((month - 1) / 3) * 3, year: 0 }[kind]
  const length = { month: 1, last_month: 1, quarter: 3, year: 12 }[kind]
  return { kind, from: first(year, begin), to: dayBefore(first(year, begin + length)) }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const isDay = (value: string) => dateOf(value) !== null

/** What the address says; this month if it says nothing that can be. */
export const periodOf = (query: LocationQuery, now: number): Period => {
  const [from, to, kind] = [text(query.from), text(query.to), text(query.period)]
  if (isDay(from) && isDay(to)) return { kind: 'own', from, to }
  return around(kind === 'last_month' || kind === 'quarter' || kind === 'year' ? kind : 'month', now)
}

/** The same as an address. */
export const queryOf = (period: Period): Record<string, string> => {
  if (period.kind === 'own') return { from: period.from, to: period.to }
  return period.kind === 'month' ? {} : { period: period.kind }
}
