import { computed, ref } from 'vue'

/** How far this computer's clock is behind the hub's, measured from answers. */
const skew = ref(0)
const tick = ref(Date.now())

/** Takes a measurement; differences below five seconds are the network. */
export const learnSkew = (measured: number) => {
  if (Math.abs(measured - skew.value) > 5_000) skew.value = Math.abs(measured) > 5_000 ? measured : 0
}

/** The hub's time, renewed every half minute: deadlines are counted by it, not by this computer's clock. */
export const now = computed(() => tick.value + skew.value)

if (typeof document !== 'undefined') setInterval(() => (tick.value = Date.now()), 30_000)
