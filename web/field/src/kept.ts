// What a person chose on a list stays while they go into a ticket and back.
import { ref, watch } from 'vue'
import { snapshot } from '@shared/core/client'

export const tasksChosen = { query: ref(''), done: ref(false), due: ref<'today' | 'overdue' | null>(null), area: ref<string | null>(null), limit: ref(60) }
export const recordsChosen = { query: ref(''), stage: ref<string | null>(null), limit: ref(60) }

// Whoever uses the phone next begins with whole lists.
watch(
  () => snapshot.value.profile?.person,
  (_, before) => {
    if (!before) return
    tasksChosen.query.value = ''
    tasksChosen.done.value = false
    tasksChosen.due.value = null
    tasksChosen.area.value = null
    recordsChosen.query.value = ''
    recordsChosen.stage.value = null
  },
)
