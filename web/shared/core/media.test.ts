import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { MediaLane } from './media'
import { Unreachable } from './problem'
import { Store, type MediaRow } from './store'
import type { Send } from './upload'

let n = 0
const row = (sha256: string, more: Partial<MediaRow> = {}): MediaRow => ({
  sha256, size: 4, mime: 'image/jpeg', w: 1, h: 1, created_at: ++n, urgent: false, uses: [{ doc: 'd', photo: `p-${sha256}`, removed: false }],
  state: 'waiting', offset: 0, tries: 0, next_at: 0, error: null, sent_at: null, kept: true, ...more,
})

interface Setup {
  rows: MediaRow[]
  /** Fate of a photo's requests. */
  fate?: Record<string, 'dead' | 'server' | 'refuse' | 'mismatch'>
  wifi?: boolean
}

async function setUp({ rows, fate = {}, wifi = true }: Setup) {
  const store = await Store.open('me', `media-${n++}`)
  await store.write({ media: rows, bytes: rows.map((r) => ({ sha256: r.sha256, bytes: Uint8Array.of(1, 2, 3, 4) })) })
  const clock = { now: 1_000_000 }
  const asked: string[] = []
  const network = { wifi, fate }
  const send: Send = (path, init) => {
    const sha = path.split('/').at(-1) ?? ''
    asked.push(`${init.method} ${sha}`)
    const end = network.fate[sha]
    if (end === 'dead') return Promise.reject(new Unreachable())
    if (init.method === 'HEAD') return Promise.resolve(new Response(null, { status: 404 }))
    if (end === 'server') return Promise.resolve(new Response('{}', { status: 500 }))
    if (end === 'refuse') return Promise.resolve(new Response('{"code":"media_type_refused"}', { status: 415 }))
    if (end === 'mismatch') return Promise.resolve(new Response('{"code":"hash_mismatch"}', { status: 422 }))
    return Promise.resolve(new Response(null, { status: 204 }))
  }
  const lane = new MediaLane({ store, send, allowed: () => network.wifi, changed: () => undefined, now: () => clock.now, chance: () => 0 })
  await lane.load()
  const states = () => Object.fromEntries(lane.all().map((r) => [r.sha256, r.state]))
  return { store, lane, asked, clock, network, states }
}

test('one stuck photo does not hold up the others, and waits longer each time', async () => {
  const s = await setUp({ rows: [row('aa'), row('bb'), row('cc')], fate: { aa: 'server' } })
  await s.lane.run()
  expect(s.states()).toEqual({ aa: 'waiting', bb: 'sent', cc: 'sent' })
  const first = (s.lane.row('aa')?.next_at ?? 0) - s.clock.now
  expect(first).toBeGreaterThan(0)
  s.asked.length = 0
  await s.lane.run()
  expect(s.asked).toEqual([])
  s.clock.now += first
  await s.lane.run()
  expect((s.lane.row('aa')?.next_at ?? 0) - s.clock.now).toBeGreaterThan(first)
  expect(s.lane.row('aa')?.tries).toBe(2)
})

test('an unreachable hub pauses the lane after one question', async () => {
  const s = await setUp({ rows: [row('aa'), row('bb')], fate: { aa: 'dead', bb: 'dead' } })
  await s.lane.run()
  expect(s.asked).toEqual(['HEAD aa'])
})

test('states survive a restart', async () => {
  const s = await setUp({ rows: [row('aa'), row('bb')], fate: { bb: 'server' } })
  await s.lane.run()
  const again = new MediaLane({ store: s.store, send: () => Promise.reject(new Unreachable()), allowed: () => true, changed: () => undefined })
  await again.load()
  expect(again.row('aa')?.state).toBe('sent')
  expect(again.row('bb')?.error).toBe('http_500')
})

test('a refused photo is told as refused and not sent again by itself; a person can retry it', async () => {
  const s = await setUp({ rows: [row('aa')], fate: { aa: 'refuse' } })
  await s.lane.run()
  expect(s.states()).toEqual({ aa: 'refused' })
  expect(s.lane.unsent()).toHaveLength(1)
  s.asked.length = 0
  await s.lane.run()
  expect(s.asked).toEqual([])
  s.network.fate = {}
  await s.lane.retry('aa')
  await s.lane.run()
  expect(s.states()).toEqual({ aa: 'sent' })
})

test('bytes damaged on the way are sent anew three times, then a person is asked', async () => {
  const s = await setUp({ rows: [row('aa')], fate: { aa: 'mismatch' } })
  for (let i = 0; i < 3; i++) {
    expect(s.states().aa).toBe('waiting')
    s.clock.now += 10 ** 7
    await s.lane.run()
  }
  expect(s.states().aa).toBe('refused')
})

test('without Wi-Fi only urgent photos go, until the person says now', async () => {
  const s = await setUp({ rows: [row('aa'), row('bb', { urgent: true })], wifi: false })
  await s.lane.run()
  expect(s.states()).toEqual({ aa: 'waiting', bb: 'sent' })
  expect(s.lane.state.held).toBe('wifi')
  await s.lane.run(true)
  expect(s.states()).toEqual({ aa: 'sent', bb: 'sent' })
})

test('a photo taken out of its visit does not go up and does not count; put back it does', async () => {
  const s = await setUp({ rows: [row('aa')] })
  const out = s.lane.removing('d', 'p-aa', true)
  await s.store.write({ media: out })
  s.lane.stored(out)
  await s.lane.run()
  expect(s.asked).toEqual([])
  expect(s.lane.unsent()).toEqual([])
  const back = s.lane.removing('d', 'p-aa', false)
  await s.store.write({ media: back })
  s.lane.stored(back)
  await s.lane.run()
  expect(s.states()).toEqual({ aa: 'sent' })
})

test('when the hub tells another history, every photo that is still here is asked about again, once', async () => {
  const s = await setUp({ rows: [row('aa'), row('bb'), row('cc', { state: 'sent', kept: false, sent_at: 1 })] })
  await s.lane.follow('t1')
  await s.lane.run()
  expect(s.states()).toEqual({ aa: 'sent', bb: 'sent', cc: 'sent' })
  await s.lane.follow('t1')
  expect(s.lane.unsent()).toEqual([])
  await s.lane.follow('t2')
  // What was freed cannot be sent again.
  expect(s.states()).toEqual({ aa: 'waiting', bb: 'waiting', cc: 'sent' })
  s.asked.length = 0
  await s.lane.run()
  expect(s.asked.filter((one) => one.startsWith('HEAD'))).toEqual(['HEAD aa', 'HEAD bb'])
  expect(s.lane.unsent()).toEqual([])
  // Durable: a phone that starts anew knows which history it has followed.
  const again = new MediaLane({ store: s.store, send: () => Promise.reject(new Unreachable()), allowed: () => true, changed: () => undefined })
  await again.load()
  await again.follow('t2')
  expect(again.unsent()).toEqual([])
})
