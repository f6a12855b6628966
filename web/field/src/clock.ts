import { computed, ref } from 'vue'
import { snapshot } from '@shared/core/client'

const tick = ref(Date.now())
setInterval(() => (tick.value = Date.now()), 20_000)
document.addEventListener('visibilitychange', () => (tick.value = Date.now()))

/** Now by the office's clock as well as this phone knows it; moves every 20 seconds. */
export const now = computed(() => tick.value + (snapshot.value.sync.clock_offset_ms ?? 0))
