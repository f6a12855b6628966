import { ref } from 'vue'
import type { Id, UnitRef } from '@shared/api-types'
import { TicketState } from '@shared/lifecycle/names'
import type { Filters } from './filters'

/** A list that is looked at again and again. */
export interface View {
  /** Its key below `view.` among the messages; empty for one that somebody made. */
  key: string
  name: string
  filters: Filters
}

const OFFERED: [key: string, filters: Filters][] = [
  ['to_accept', { status: TicketState.new }],
  ['overdue', { overdue: '1' }],
  ['due_today', { due: 'today' }],
  ['supervised', { supervised: '1' }],
  ['to_call', { uncalled: '1' }],
  ['on_hold', { status: TicketState.on_hold }],
  ['reworked', { reworked: '1' }],
  ['patrol', { channel: 'patrol' }],
]

/** The views that everybody has; whoever works for units has one of each of them. */
export const offered = (units: Pick<UnitRef, 'id' | 'name'>[]): View[] => {
  const own = units.map(({ id, name }) => ({ key: 'own_unit', name: units.length > 1 ? name : '', filters: { unit: id } }))
  const common = OFFERED.map(([key, filters]) => ({ key, name: '', filters }))
  return [...common.slice(0, 1), ...own, ...common.slice(1)]
}

/** Views of a person and characters of a name. */
export const MOST_VIEWS = 12
export const MOST_CHARS = 20

const keyOf = (person: Id) => `warmline.views:${person}`
const store = (): Storage | null => (typeof localStorage === 'undefined' ? null : localStorage)

const read = (person: Id): View[] => {
  try {
    const kept: unknown = JSON.parse(store()?.getItem(keyOf(person)) ?? '[]')
    if (!Array.isArray(kept)) return []
    return kept.flatMap((one: Partial<View> | null) => (one && typeof one.name === 'string' && one.filters && typeof one.filters === 'object' ? [{ key: '', name: one.name, filters: one.filters }] : []))
  } catch {
    return []
  }
}

/** The views that somebody saved in this browser. The computers are shared: each person finds their own. */
export const useOwnViews = (person: Id) => {
  const views = ref<View[]>(read(person))
  const keep = (next: View[]) => {
    views.value = next
    try {
      store()?.setItem(keyOf(person), JSON.stringify(next.map(({ name, filters }) => ({ name, filters }))))
    } catch {
      // The browser's storage is full: the views last as long as the page does.
    }
  }
  return {
    views,
    /** Under a name that is there already it takes the place of that one. */
    save: (name: string, filters: Filters) => keep([...views.value.filter((one) => one.name !== name), { key: '', name, filters }].slice(-MOST_VIEWS)),
    drop: (name: string) => keep(views.value.filter((one) => one.name !== name)),
  }
}
