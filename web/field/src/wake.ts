import { watch } from 'vue'
import { snapshot } from '@shared/core/client'

/** Less than this goes up before a screen turns itself off, bytes. */
const WORTH = 1024 * 1024

interface Lock {
  release(): Promise<void>
}

/** Keeps the screen on while photos go up: a phone that sleeps stops sending. */
export function keepAwakeWhileSending(): void {
  let lock: Lock | null = null
  const wanted = () => snapshot.value.lane.sending !== null && snapshot.value.unsent.photo_bytes > WORTH
  const settle = async (on: boolean) => {
    if (on && !lock && document.visibilityState === 'visible') lock = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null
    else if (!on && lock) {
      const held = lock
      lock = null
      await held.release().catch(() => undefined)
    }
  }
  watch(wanted, (on) => void settle(on))
}
