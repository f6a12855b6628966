import { onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import type { Id, Suggestion } from '@shared/api-types'
import { hub } from '../hub'
import { draft, entry } from './draft'

/** How long somebody pauses before what they typed is compared, ms. */
const PAUSE = 500
/** Characters from which on a request can be compared. */
const ENOUGH = 6

/** Tickets that may be about the matter that is being typed, and which of them it shall go into. */
export const useAlike = () => {
  const items = shallowRef<Suggestion[]>([])
  const into = ref<Id>('')
  let asking = new AbortController()
  let timer = 0

  const ask = async (signal: AbortSignal) => {
    try {
      const { title, description, address, community, category, phone } = entry()
      const { items: near } = await hub.alike({ title: title ?? '', description, address, community, category, phone }, signal)
      if (signal.aborted) return
      items.value = near
      if (!near.some((one) => one.id === into.value)) into.value = ''
    } catch {
      // Suggestions are an offer; the page that lost the hub says so itself.
    }
  }
  const stop = () => {
    clearTimeout(timer)
    asking.abort()
  }
  const compare = () => {
    stop()
    if (draft.description.trim().length < ENOUGH) {
      items.value = []
      return
    }
    asking = new AbortController()
    timer = window.setTimeout(ask, PAUSE, asking.signal)
  }
  watch(() => [draft.title, draft.description, draft.address, draft.community, draft.phone], compare)
  onBeforeUnmount(stop)
  return { items, into }
}
