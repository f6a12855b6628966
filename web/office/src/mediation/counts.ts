import { shallowRef } from 'vue'
import type { MediationCounts } from '@shared/api-types'
import { hub } from '../hub'

/** How many mediations stand where, for the menu, the tabs and the alarm. */
export const mediationCounts = shallowRef<MediationCounts | null>(null)

export const loadMediationCounts = async () => {
  try {
    mediationCounts.value = (await hub.mediations({ limit: 1 })).counts
  } catch {
    // The banner of the shell says that the hub does not answer; the old number stays.
  }
}
