import { expect, test } from 'vitest'
import type { Replica } from '@wasm/core_wasm.js'
import { Shelf, type KnownStanding } from './shelf'
import type { Change, Store } from './store'
import type { VisitRow } from './views'

const row = (i: number, more: Partial<VisitRow> = {}) => ({ doc: `V${i}`, kind: 'visit', ticket: '', state: 'draft', place: '', changed_at: 1, queued: 0, quarantined: 0, aside: 0, photos: [], reviews: [], mine: false, damaged: false, ...more }) as unknown as VisitRow

/** A phone with these records, of which V0 is nobody's own; counts how many were read. */
function phone(rows: VisitRow[], kept: { standings?: [string, KnownStanding][] } = {}) {
  const read: string[] = []
  const replica = {
    reference: () => JSON.stringify({ people: [], units: [] }),
    records: () => JSON.stringify(rows),
    tickets: () => '[]',
    view: (doc: string) => {
      read.push(doc)
      return JSON.stringify({ kind: 'visit', participants: doc === 'V0' ? [] : [{ id: '1', removed: false, user: 'ME' }], events: [], photos: [] })
    },
    form: () => 'null',
  } as unknown as Replica
  const store = { single: async () => kept.standings, write: async ({ singles }: Change) => void Object.assign(kept, singles) } as unknown as Store
  const shelf = new Shelf({ read: async (look) => look(replica) }, store, () => undefined, () => 'ME', () => [], () => Promise.reject(new Error()), () => 1)
  return { shelf, read, kept }
}
const settled = () => new Promise((done) => setTimeout(done, 20))

test('a start reads no record that an earlier run has read, and says the same of it', async () => {
  const rows = Array.from({ length: 30 }, (_, i) => row(i))
  const first = phone(rows)
  const told = await first.shelf.records()
  expect(first.read.length).toBe(30)
  await settled()
  const second = phone(rows, first.kept)
  await second.shelf.load()
  expect(await second.shelf.records()).toEqual(told)
  expect(second.read).toEqual([])
  expect(told.filter(({ own }) => own).length).toBe(29)
})

test('a record that was changed meanwhile is read again, and it alone', async () => {
  const rows = Array.from({ length: 30 }, (_, i) => row(i))
  const first = phone(rows)
  await first.shelf.records()
  await settled()
  const second = phone([...rows.slice(0, 29), row(29, { changed_at: 2 })], first.kept)
  await second.shelf.load()
  await second.shelf.records()
  expect(second.read).toEqual(['V29'])
})

test('asked twice without a change it makes its list once', async () => {
  const { shelf } = phone([row(1)])
  const once = await shelf.records()
  expect(await shelf.records()).toBe(once)
  shelf.changed(['media'])
  expect(await shelf.records()).not.toBe(once)
})
