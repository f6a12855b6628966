import { ref } from 'vue'
import type { ListedTask } from '@shared/api-types'
import { TaskKind } from '@shared/lifecycle/names'
import { hub } from './hub'
import { t } from './i18n'
import { tell } from './notices'

/** How many promises of outside parties fell due and are not kept, for the menu. */
export const promisesDue = ref(0)

/** Which of them this page knows; null before it has looked once: what was due before is no news. */
let known: Set<string> | null = null
/** A new date is another reminder. */
const keyOf = (row: ListedTask) => `${row.ticket}/${row.n}/${row.due_at}`

export const forgetReminders = () => {
  known = null
  promisesDue.value = 0
}

/** Looks for promises that fell due, and says it once of each that did while this page was open. */
export const loadReminders = async () => {
  try {
    const { items } = await hub.tasks({ kind: TaskKind.outside, overdue: true })
    const before = known
    known = new Set(items.map(keyOf))
    promisesDue.value = items.length
    for (const row of items) if (before && !before.has(keyOf(row))) tell(() => t('reminder.promise', { party: row.task.name, title: row.title }), 'warn')
  } catch {
    // The banner of the shell says that the hub does not answer; the old number stays.
  }
}
