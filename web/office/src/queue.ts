import { shallowRef } from 'vue'
import type { VisitCounts } from '@shared/api-types'
import { ReviewState } from '@shared/lifecycle/names'
import { hub } from './hub'

/** How many visits wait, for the menu and the tabs. */
export const counts = shallowRef<VisitCounts | null>(null)

export const loadCounts = async () => {
  try {
    counts.value = (await hub.visits({ state: ReviewState.submitted, limit: 1 })).counts
  } catch {
    // The banner of the shell says that the hub does not answer; the old number stays.
  }
}
