import { onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref } from 'vue'
import type { Fix } from '@shared/core/api'

/** `denied`: the person or the phone does not allow it; `none`: no answer for a while. */
export type FixState = 'off' | 'seeking' | 'have' | 'denied' | 'none'

/** After this long without a fix the page stops promising one. */
const PATIENCE = 20_000
/** An older fix is replaced by a worse one. */
const STALE = 30_000
/** The record takes no accuracy over 100 km. */
const WORST = 100_000

const asFix = ({ coords, timestamp }: GeolocationPosition): Fix => ({
  lat_e7: Math.round(coords.latitude * 1e7),
  lon_e7: Math.round(coords.longitude * 1e7),
  accuracy_m: Math.min(WORST, Math.max(1, Math.round(coords.accuracy))),
  at: timestamp,
})

/** The better of two fixes: the newer, unless it is clearly worse and the older still fresh. */
export const better = (old: Fix | null, fresh: Fix): Fix => (old && fresh.at - old.at < STALE && fresh.accuracy_m > old.accuracy_m * 1.3 ? old : fresh)

/** Follows the phone's position while it is `wanted`, before it is used, so that a tap need not wait for it. */
export function useFix(wanted: () => boolean): { fix: Ref<Fix | null>; state: Ref<FixState> } {
  const fix = shallowRef<Fix | null>(null)
  const state = ref<FixState>('off')
  let watching: number | undefined
  let patience: ReturnType<typeof setTimeout> | undefined

  const begin = () => {
    if (watching !== undefined || !wanted()) return
    if (!navigator.geolocation) {
      state.value = 'denied'
      return
    }
    state.value = fix.value ? 'have' : 'seeking'
    patience = setTimeout(() => {
      if (state.value === 'seeking') state.value = 'none'
    }, PATIENCE)
    watching = navigator.geolocation.watchPosition(
      (position) => {
        fix.value = better(fix.value, asFix(position))
        state.value = 'have'
      },
      (error) => {
        if (fix.value) return
        state.value = error.code === error.PERMISSION_DENIED ? 'denied' : 'none'
      },
      { enableHighAccuracy: true, maximumAge: 5_000, timeout: 60_000 },
    )
  }
  const end = () => {
    if (watching !== undefined) navigator.geolocation.clearWatch(watching)
    watching = undefined
    clearTimeout(patience)
  }
  const seen = () => (document.visibilityState === 'visible' ? begin() : end())

  watch(wanted, (now) => (now ? begin() : end()))
  onMounted(() => {
    begin()
    document.addEventListener('visibilitychange', seen)
  })
  onBeforeUnmount(() => {
    end()
    document.removeEventListener('visibilitychange', seen)
  })
  return { fix, state }
}
