import { ref } from 'vue'
import type { Collection } from '@shared/core/views'
import { newId, type Record } from './record'

/** What was just taken out, with the way back; shown at the foot of the form until something else happens. */
export const undoable = ref<{ again: () => Promise<unknown>; discarded?: boolean } | null>(null)

const SHOWN = 12_000
let timer: ReturnType<typeof setTimeout> | undefined

/** Takes an entry out softly and offers to put it back. */
export async function removed(record: Record, collection: Collection, id: string): Promise<void> {
  if (!(await record.commit({ edit: 'remove_entry', collection, id }))) return
  clearTimeout(timer)
  undoable.value = {
    again: async () => {
      undoable.value = null
      await record.commit({ edit: 'restore_entry', collection, id })
    },
  }
  timer = setTimeout(() => (undoable.value = null), SHOWN)
}

/** Discards a draft, and offers for a while to take that back. */
export async function discarded(record: Record): Promise<boolean> {
  if (!(await record.commit({ edit: 'mark', id: newId(), kind: 'discard' }))) return false
  clearTimeout(timer)
  undoable.value = {
    discarded: true,
    again: async () => {
      undoable.value = null
      await record.commit({ edit: 'mark', id: newId(), kind: 'withdraw' })
    },
  }
  timer = setTimeout(() => (undoable.value = null), SHOWN)
  return true
}
