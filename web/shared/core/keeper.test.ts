import 'fake-indexeddb/auto'
import type { Replica } from '@wasm/core_wasm.js'
import { expect, test } from 'vitest'
import { CoreBroken, Keeper } from './keeper'
import { Store } from './store'

let n = 0

/** The smallest thing with the core's storage contract: one counter, stored under one key. */
class Counter {
  count = 0
  freed = false
  restore(_: string, value: Uint8Array) {
    this.count = value[0] ?? 0
  }
  ready() {
    return JSON.stringify({ docs: 1, tickets: 0, queued: 0, damaged: [] })
  }
  edit() {
    this.count += 1
    return [{ key: 'count', value: Uint8Array.of(this.count) }]
  }
  receive(frame: Uint8Array) {
    this.count = frame[0] ?? 0
    return { batch: [{ key: 'count', value: Uint8Array.of(this.count) }], event: '{"frame":"end","more":false}' }
  }
  free() {
    this.freed = true
  }
}

const setUp = async () => {
  const store = await Store.open('me', `keeper-${n++}`)
  const made: Counter[] = []
  const keeper = new Keeper(store, () => {
    made.push(new Counter())
    return made.at(-1) as unknown as Replica
  })
  const count = () => keeper.read((r) => (r as unknown as Counter).count)
  const add = () => keeper.change((r) => r.edit('', '', 0))
  return { store, keeper, made, count, add }
}

test('a change is stored before it is told as done', async () => {
  const { store, keeper, add } = await setUp()
  await keeper.restore()
  await add()
  expect((await store.entries())[0]?.value).toEqual(Uint8Array.of(1))
})

test('when the disk refuses, the core goes back to what is stored', async () => {
  const { store, keeper, made, count, add } = await setUp()
  await keeper.restore()
  await add()
  const write = store.write.bind(store)
  store.write = () => Promise.reject(new DOMException('full', 'QuotaExceededError'))
  await expect(add()).rejects.toThrow('full')
  store.write = write
  expect(await count()).toBe(1)
  expect(made).toHaveLength(2)
  expect(made[0]?.freed).toBe(true)
})

test('edits and frames never interleave: each sees the stored result of the one before', async () => {
  const { keeper, count, add } = await setUp()
  await keeper.restore()
  await Promise.all([add(), keeper.receive(Uint8Array.of(40), 0), add(), add()])
  expect(await count()).toBe(42)
})

test('one failed change does not stop the next one', async () => {
  const { keeper, count, add } = await setUp()
  await keeper.restore()
  const failed = keeper.change(() => {
    throw new Error('locked: no')
  })
  await expect(failed).rejects.toThrow('locked')
  await add()
  expect(await count()).toBe(1)
})

test('a trap inside the core asks for a fresh worker', async () => {
  const { keeper } = await setUp()
  await keeper.restore()
  const dead = keeper.read(() => {
    throw new WebAssembly.RuntimeError('unreachable')
  })
  await expect(dead).rejects.toBeInstanceOf(CoreBroken)
})
