import { onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref } from 'vue'
import type { Fix } from '@shared/core/api'
import { lag, remembered, signOf, type Heard } from '@shared/position'
import { workNow } from './clock'

/** `denied`: the person or the phone does not allow it; `none`: no answer for a while. */
export type FixState = 'off' | 'seeking' | 'have' | 'denied' | 'none'

/** After this long without a fix the page stops promising one. */
const PATIENCE = 20_000
/** An older fix is replaced by a worse one. */
const STALE = 30_000
/** A phone that lies still may tell nothing new: it is asked again after this long, ms. */
const ASK_AGAIN = 45_000
/** The record takes no accuracy over 100 km. */
const WORST = 100_000

/** Updates of this visit to the app, on whichever page: what speaks against a position shows over time. */
let past: Heard[] = []

function asFix({ coords, timestamp }: GeolocationPosition): Fix {
  const heard: Heard = { lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy, at: timestamp, heard: Date.now(), work: workNow() }
  past = remembered(past, heard)
  return {
    lat_e7: Math.round(coords.latitude * 1e7),
    lon_e7: Math.round(coords.longitude * 1e7),
    accuracy_m: Math.min(WORST, Math.max(1, Math.round(coords.accuracy))),
    at: heard.work - lag(heard),
    sign: signOf(past),
  }
}

/** The better of two fixes: the newer, unless it is clearly worse and the older still fresh. One that is doubted is not hidden by an earlier one. */
export const better = (old: Fix | null, fresh: Fix): Fix => (old && !fresh.sign === !old.sign && fresh.at - old.at < STALE && fresh.accuracy_m > old.accuracy_m * 1.3 ? old : fresh)

/** Follows the phone's position while it is `wanted`, before it is used, so that a tap need not wait for it. */
export function useFix(wanted: () => boolean): { fix: Ref<Fix | null>; state: Ref<FixState> } {
  const fix = shallowRef<Fix | null>(null)
  const state = ref<FixState>('off')
  let watching: number | undefined
  let patience: ReturnType<typeof setTimeout> | undefined
  let asking: ReturnType<typeof setInterval> | undefined

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
    const hear = (position: GeolocationPosition) => {
      fix.value = better(fix.value, asFix(position))
      state.value = 'have'
    }
    asking = setInterval(() => {
      if (fix.value && workNow() - fix.value.at > ASK_AGAIN) navigator.geolocation.getCurrentPosition(hear, () => undefined, { enableHighAccuracy: true, maximumAge: 0, timeout: 30_000 })
    }, ASK_AGAIN / 3)
    watching = navigator.geolocation.watchPosition(
      hear,
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
    clearInterval(asking)
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
