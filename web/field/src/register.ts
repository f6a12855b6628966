import { ref } from 'vue'

/** A new version is on the phone and waits for the person's word. */
export const updateReady = ref(false)
/** The app can start without a network. */
export const offlineReady = ref(false)

const HOUR = 3_600_000
let registration: ServiceWorkerRegistration | null = null
let accepted = false

/** Puts the whole app on the phone and watches for new versions. Nothing reloads by itself. */
export async function register(): Promise<void> {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (accepted) location.reload()
  })
  registration = await navigator.serviceWorker.register('/field/sw.js', { scope: '/field/', updateViaCache: 'none' }).catch(() => null)
  if (!registration) return
  const found = registration
  const look = (worker: ServiceWorker | null) =>
    worker?.addEventListener('statechange', () => {
      if (worker.state === 'installed' && navigator.serviceWorker.controller) updateReady.value = true
      if (worker.state === 'activated') offlineReady.value = true
    })
  if (found.waiting && navigator.serviceWorker.controller) updateReady.value = true
  if (found.active) offlineReady.value = true
  look(found.installing)
  found.addEventListener('updatefound', () => look(found.installing))
  const ask = () => void found.update().catch(() => undefined)
  setInterval(ask, HOUR)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') ask()
  })
}

/** The person wants the new version now. */
export function applyUpdate(): void {
  accepted = true
  registration?.waiting?.postMessage('activate')
}
