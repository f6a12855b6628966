import 'fake-indexeddb/auto'
import { beforeEach, expect, test } from 'vitest'
import type { Disk } from './disk'
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
  await store.close()

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

test('a database that the browser closed is opened again, and the fence still holds', async () => {
  const store = await Store.open('a', name)
  await store.write({ batch: [{ key: 'k', value: Uint8Array.of(1) }] })
  const inner = store as unknown as { opening: Promise<IDBDatabase> }
  ;(await inner.opening).close()
  await store.write({ batch: [{ key: 'k', value: Uint8Array.of(2) }] })
  expect((await store.entries())[0]?.value).toEqual(Uint8Array.of(2))
  await Store.open('b', name)
  ;(await inner.opening).close()
  await expect(store.write({ batch: [{ key: 'k', value: Uint8Array.of(3) }] })).rejects.toBeInstanceOf(NotOwner)
})

/** A disk with a say on its room, that writes down what is asked of it. */
function disk(room: () => boolean, torn = false) {
  const log: string[] = []
  const asked: Disk = {
    isTorn: () => Promise.resolve(torn),
    tear: async () => void log.push('torn'),
    mend: async () => void log.push('mended'),
    hasRoom: async () => {
      log.push(`room ${room()}`)
      return room()
    },
  }
  return { log, asked }
}
const breaking = { media: [{ ...row('bb'), uses: [() => 1] as never }] }

test('after a failed write nothing is believed before the database has begun a new log', async () => {
  const { log, asked } = disk(() => true)
  const store = await Store.open('a', name, asked)
  await expect(store.write(breaking)).rejects.toBeInstanceOf(DOMException)
  expect(log).toEqual(['torn'])
  await store.write({ batch: [{ key: 'k', value: Uint8Array.of(1) }] })
  await store.write({ batch: [{ key: 'k', value: Uint8Array.of(2) }] })
  expect(log).toEqual(['torn', 'room true', 'mended'])
})

test('while the disk is full the database is left alone, for reading too', async () => {
  let room = false
  const { log, asked } = disk(() => room)
  const store = await Store.open('a', name, asked)
  await expect(store.write(breaking)).rejects.toBeInstanceOf(DOMException)
  await expect(store.write({ singles: { wipe: true } })).rejects.toMatchObject({ name: 'QuotaExceededError' })
  await expect(store.entries()).rejects.toMatchObject({ name: 'QuotaExceededError' })
  expect(log).toEqual(['torn', 'room false', 'room false'])
  room = true
  await store.write({ singles: { settings: { wifi_only: true } } })
  expect(await store.single('settings')).toEqual({ wifi_only: true })
})

test('a phone that was killed right after a failed write mends at its next start', async () => {
  const { log, asked } = disk(() => true, true)
  const store = await Store.open('a', name, asked)
  expect(log).toEqual(['room true', 'mended'])
  expect(await store.entries()).toEqual([])
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
