import type { LocationQuery } from 'vue-router'
import type { Query } from '@shared/api'

/** What narrows the list, by the name that stands in the address, and what the hub calls it. */
const NAMES = {
  q: 'query',
  who: 'requester_type',
  status: 'status',
  unit: 'unit',
  holder: 'holder',
  kind: 'request_kind',
  category: 'category',
  channel: 'channel',
  level: 'level',
  due: 'due',
  timeliness: 'timeliness',
  overdue: 'overdue',
  supervised: 'supervised',
  uncalled: 'uncalled',
  reworked: 'reworked',
  profile: 'profile',
  profile_version: 'profile_version',
} as const

export type FilterName = keyof typeof NAMES
export type Filters = Partial<Record<FilterName, string>>

/** Those that are either set or not. */
export const FLAGS = ['overdue', 'supervised', 'uncalled', 'reworked'] as const

const all = Object.keys(NAMES) as FilterName[]

/** The filters that the address names; whatever else stands there is left alone. */
export const filtersOf = (query: LocationQuery): Filters =>
  Object.fromEntries(
    all.flatMap((name) => {
      const value = query[name]
      return typeof value === 'string' && value !== '' ? [[name, value]] : []
    }),
  )

/** What the hub is asked. */
export const asked = (filters: Filters): Query => Object.fromEntries(all.flatMap((name) => (filters[name] ? [[NAMES[name], filters[name]]] : [])))

/** The same without some of them: what a list would hold if these were chosen anew. */
export const without = (filters: Filters, ...names: FilterName[]): Filters => Object.fromEntries(Object.entries(filters).filter(([name]) => !names.includes(name as FilterName)))

/** Whether both narrow alike. */
export const alike = (one: Filters, other: Filters): boolean => all.every((name) => (one[name] ?? '') === (other[name] ?? ''))
