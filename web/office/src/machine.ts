import { onScopeDispose, shallowRef } from 'vue'
import type { HubStatus } from '@shared/api-types'
import { hub } from './hub'

/** How the machine of the hub is, for the frame of all pages. */
export const machine = shallowRef<HubStatus | null>(null)

const loadMachine = async () => {
  try {
    machine.value = await hub.status()
  } catch {
    // The banner of the shell says that the hub does not answer; what was known stays.
  }
}

/** A disk fills over hours. */
const EVERY_MS = 60_000

/** Keeps `machine` up to date while the calling component lives. */
export const watchMachine = () => {
  void loadMachine()
  const timer = setInterval(() => document.visibilityState === 'visible' && void loadMachine(), EVERY_MS)
  onScopeDispose(() => clearInterval(timer))
}
