import { computed, ref } from 'vue'
import { snapshot } from '@shared/core/client'

/** Moves every 20 seconds, and when the app comes into sight. */
export const tick = ref(Date.now())
setInterval(() => (tick.value = Date.now()), 20_000)
document.addEventListener('visibilitychange', () => (tick.value = Date.now()))

/** Now as well as this phone knows it; moves every 20 seconds. */
export const now = computed(() => tick.value + snapshot.value.clock.offset)

/** The moment of a gesture, by the clock of the work. */
export const workNow = (): number => Date.now() + snapshot.value.clock.offset
