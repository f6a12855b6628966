// Keeps the whole app on the phone: every file of the build is fetched once, then served from here.
// Files under assets/ carry their hash in their name, so a new version takes the unchanged ones over.
const FILES = __FILES__
const CACHE = 'field-' + __VERSION__
const BASE = '/field/'
const own = (key) => key.startsWith('field-')

const keep = async (file, cache, older) => {
  const url = BASE + file
  const hashed = file.startsWith('assets/')
  if (hashed) {
    for (const key of [CACHE, ...older]) {
      const kept = await (await caches.open(key)).match(url)
      if (kept) return key === CACHE ? undefined : cache.put(url, kept)
    }
  }
  const answer = await fetch(url, { cache: hashed ? 'default' : 'no-cache' })
  if (!answer.ok) throw new Error(url + ' ' + answer.status)
  await cache.put(url, answer)
}

const install = async () => {
  const cache = await caches.open(CACHE)
  const older = (await caches.keys()).filter((key) => own(key) && key !== CACHE)
  await Promise.all(FILES.map((file) => keep(file, cache, older)))
}

const activate = async () => {
  for (const key of await caches.keys()) if (own(key) && key !== CACHE) await caches.delete(key)
  await self.clients.claim()
}

self.addEventListener('install', (event) => event.waitUntil(install()))
self.addEventListener('activate', (event) => event.waitUntil(activate()))
self.addEventListener('message', (event) => {
  if (event.data === 'activate') self.skipWaiting()
})
self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== location.origin || !url.pathname.startsWith(BASE)) return
  const key = event.request.mode === 'navigate' ? BASE + 'index.html' : url.pathname
  event.respondWith(
    caches
      .open(CACHE)
      .then((cache) => cache.match(key))
      .then((kept) => kept || fetch(event.request)),
  )
})
