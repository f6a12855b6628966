import 'fake-indexeddb/auto'
import { beforeEach, expect, test } from 'vitest'
import { NotOwner, Store, type MediaRow } from './store'

let name = ''
let n = 0
beforeEach(() => {
  name = `test-${n++}`
})

const row = (sha256: string): MediaRow => ({
  sha256, size: 3, mime: 'image/jpeg', w: 1, h: 1, created_at: 1, urgent: false, uses: [],
  state: 'waiting', offset: 0, tries: 0, next_at: 0, error: null, sent_at: null, kept: true,
})

test('a batch and a photo are stored together and found again', async () => {
  const store = await Store.open('a', name)
  await store.write({ batch: [{ key: 'doc/1', value: Uint8Array.of(1, 2) }], media: [row('aa')], bytes: [{ sha256: 'aa', bytes: Uint8Array.of(7) }] })
  store.close()

  const again = await Store.open('b', name)
  expect(await again.entries()).toEqual([{ key: 'doc/1', value: Uint8Array.of(1, 2) }])
  expect((await again.media()).map((m) => m.sha256)).toEqual(['aa'])
  expect(await again.bytes('aa')).toEqual(Uint8Array.of(7))
})

test('a null value deletes its key', async () => {
  const store = await Store.open('a', name)
  await store.write({ batch: [{ key: 'k', value: Uint8Array.of(1) }] })
  await store.write({ batch: [{ key: 'k', value: null }] })
  expect(await store.entries()).toEqual([])
})

test('a window that was taken over can no longer write, and nothing of its change is kept', async () => {
  const first = await Store.open('first', name)
  const second = await Store.open('second', name)
  await expect(first.write({ batch: [{ key: 'k', value: Uint8Array.of(1) }], media: [row('aa')] })).rejects.toBeInstanceOf(NotOwner)
  expect(await second.entries()).toEqual([])
  expect(await second.media()).toEqual([])
})

test('a change that cannot be stored whole leaves nothing behind', async () => {
  const store = await Store.open('a', name)
  const broken = { ...row('bb'), uses: [() => 1] as never }
  await expect(store.write({ batch: [{ key: 'k', value: Uint8Array.of(1) }], media: [broken] })).rejects.toThrow()
  expect(await store.entries()).toEqual([])
})

test('only the bytes of a view are stored, not the buffer behind it', async () => {
  const store = await Store.open('a', name)
  await store.write({ batch: [{ key: 'k', value: new Uint8Array(1000).fill(5).subarray(10, 12) }] })
  const kept = (await store.entries())[0]?.value
  expect(kept).toEqual(Uint8Array.of(5, 5))
  expect(kept?.buffer.byteLength).toBe(2)
})

test('wiping leaves no record, photo or session', async () => {
  const store = await Store.open('a', name)
  await store.write({ batch: [{ key: 'k', value: Uint8Array.of(1) }], media: [row('aa')], singles: { wipe: true } })
  await store.wipe()
  expect(await store.entries()).toEqual([])
  expect(await store.media()).toEqual([])
  expect(await store.single('wipe')).toBeUndefined()
  await store.write({ singles: { settings: { wifi_only: true } } })
})
