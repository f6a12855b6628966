import { expect, test, vi } from 'vitest'
import { DataUse, type DataSent } from './data-use'
import type { Change } from './store'

const NOVEMBER = Date.UTC(2026, 10, 28, 4)

function phone(kept?: DataSent) {
  let now = NOVEMBER
  const written: Change[] = []
  const store = { single: () => Promise.resolve(kept as never), write: (change: Change) => Promise.resolve(void written.push(change)) }
  const use = new DataUse(store, () => now)
  const send = use.counting(() => Promise.resolve(new Response()))
  return { use, send, written, later: (at: number) => (now = at) }
}

test('text and photos are counted apart, by their bytes, and what is only asked for is not', async () => {
  const { use, send } = phone()
  await send('/v1/sync', { method: 'POST', body: '到场' })
  await send('https://hub/v1/media/ab', { method: 'PATCH', body: new Uint8Array(300) })
  await send('https://hub/v1/media/ab', { method: 'HEAD' })
  await send('/v1/sync', { method: 'POST', body: new Blob([new Uint8Array(4)]) })
  expect(use.month()).toEqual({ month: '2026-11', text: 10, photos: 300 })
})

test('a month begins with nothing, by the clock of the work', async () => {
  const { use, send, later } = phone()
  await send('/v1/sync', { body: 'abc' })
  // Still November in Greenwich, December here.
  later(Date.UTC(2026, 10, 30, 16))
  expect(use.month()).toEqual({ month: '2026-12', text: 0, photos: 0 })
  await send('/v1/sync', { body: 'ab' })
  expect(use.month().text).toBe(2)
})

test('what was sent before the app was closed counts, and many requests are one write', async () => {
  vi.useFakeTimers()
  const { use, send, written } = phone({ month: '2026-11', text: 1000, photos: 5 })
  await use.load()
  for (let i = 0; i < 5; i += 1) await send('/v1/media/ab', { body: new Uint8Array(10) })
  vi.advanceTimersByTime(3_000)
  vi.useRealTimers()
  expect(written).toEqual([{ singles: { sent: { month: '2026-11', text: 1000, photos: 55 } } }])
})
