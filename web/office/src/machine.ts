import { shallowRef } from 'vue'
import type { HubStatus } from '@shared/api-types'
import { hub } from './hub'

/** How the machine of the hub is, for the frame of all pages. */
export const machine = shallowRef<HubStatus | null>(null)

export const loadMachine = async () => {
  try {
    machine.value = await hub.status()
  } catch {
    // The banner of the shell says that the hub does not answer; what was known stays.
  }
}
