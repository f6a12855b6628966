// Two windows of one phone: what the one could not write any more is written by the other, once, or shown to a person.
import 'fake-indexeddb/auto'
import { existsSync, readFileSync } from 'node:fs'
import type { Replica } from '@wasm/core_wasm.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { ulid } from '../ulid'
import { Field } from './field'
import { LeftOver } from './leftover'
import { NotOwner, Store } from './store'
import { whole } from './whole'

const PACKAGE = 'wasm/core_wasm.js'
const NOW = Date.parse('2026-11-24T10:00:00+08:00')
const id = (seed: number) => ulid(NOW, new Uint8Array(10).fill(seed))
const granted = { device: id(105), access: 'a', access_expires_at: NOW + 900_000, refresh: 'r', user: { id: id(5), name: '王某', role: 'grid_worker', tenant: { id: id(1), code: 's', name: '和平街道' }, units: [] } }
const asked = { role: 'evidence', pair: null, source: 'camera' as const, fix: null, place: '', taken_at: NOW, lines: [] }

let fresh: () => Replica
let n = 0

async function window(name: string) {
  const store = await Store.open(`window-${n++}`, name)
  const field = new Field({
    store,
    fresh,
    broken: () => undefined,
    version: '1.0',
    tell: () => undefined,
    fetcher: (path) => (path === '/v1/enrol' ? Promise.resolve(new Response(JSON.stringify(granted))) : Promise.reject(new TypeError('no network'))),
    now: () => NOW,
    shoot: async (file) => ({ bytes: new Uint8Array(await file.arrayBuffer()), thumb: new Uint8Array(1), mime: 'image/jpeg', w: 4, h: 3, sha256: 'ab'.repeat(32), original_sha256: 'cd'.repeat(32) }),
  })
  await field.start()
  return { field, store, left: new LeftOver(() => Store.beside(name)) }
}

/** Two windows of a phone with one visit, the second of which has taken over. */
async function two() {
  const name = `left-${n++}`
  const first = await window(name)
  await first.field.enrol({ code: 'C', password: 'p', deviceName: '手机' })
  const doc = await first.field.createVisit(id(9))
  await first.field.edit(doc, { edit: 'set_note', note: 'finding', text: '一楼' })
  const second = await window(name)
  return { name, doc, first, second }
}
const note = (text: string) => ({ edit: 'set_note' as const, note: 'finding', text })

describe.skipIf(!existsSync(PACKAGE))('what a window left', () => {
  beforeAll(async () => {
    const core = (await import(/* @vite-ignore */ `../../${PACKAGE}`)) as typeof import('@wasm/core_wasm.js')
    core.initSync({ module: readFileSync('wasm/core_wasm_bg.wasm') })
    fresh = () => new core.Replica(crypto.getRandomValues(new Uint8Array(32)))
  })

  test('goes into the record of the window that writes, and is counted to the end', async () => {
    const { doc, first, second } = await two()
    let told = false
    first.store.disowned = () => (told = true)
    await expect(first.field.edit(doc, note('一楼有车'))).rejects.toBeInstanceOf(NotOwner)
    expect(told).toBe(true)
    await first.left.edit(doc, note('一楼有车'), '一楼')
    await first.left.edit(doc, { edit: 'set_field', field: 'building', value: '8' }, null)
    await second.field.takeLeft()
    const page = await second.field.visit(doc)
    expect(page?.view.notes.finding?.text).toBe('一楼有车')
    expect(page?.view.fields.building).toBe('8')
    expect(page?.left).toEqual([])
    expect(await second.store.left()).toEqual([])
  })

  test('survives the battery: the next start takes it', async () => {
    const { name, doc, first } = await two()
    await first.left.edit(doc, note('一楼有车'), '一楼')
    await first.left.edit(doc, note('一楼有车，已拍照'), '一楼')
    const third = await window(name)
    await third.field.takeLeft()
    expect((await third.field.visit(doc))?.view.notes.finding?.text).toBe('一楼有车，已拍照')
  })

  test('a photo goes in with its bytes', async () => {
    const { doc, first, second } = await two()
    await first.left.photo(doc, new Blob([Uint8Array.of(1, 2, 3)]), asked)
    await second.field.takeLeft()
    expect((await second.field.visit(doc))?.view.photos).toHaveLength(1)
    expect(await second.field.picture('ab'.repeat(32))).toEqual(Uint8Array.of(1, 2, 3))
  })

  test('where the record went on meanwhile it waits for a person, and nobody signs out over it', async () => {
    const { doc, first, second } = await two()
    await second.field.edit(doc, note('二楼'))
    await first.left.edit(doc, note('一楼有车'), '一楼')
    await second.field.takeLeft()
    const page = await second.field.visit(doc)
    expect(page?.view.notes.finding?.text).toBe('二楼')
    expect(page?.left.map(({ edit }) => edit)).toEqual([note('一楼有车')])
    await expect(second.field.signOut()).rejects.toThrow('unsent')
    expect((await second.field.outbox()).visits.map((record) => record.doc)).toEqual([doc])

    const used = await second.field.useLeft(doc, page?.left[0]?.id ?? '')
    expect(used.view.notes.finding?.text).toBe('一楼有车')
    expect(used.left).toEqual([])
  })

  test('what the person does not want is gone, and the record as it was', async () => {
    const { doc, first, second } = await two()
    await second.field.edit(doc, note('二楼'))
    await first.left.edit(doc, note('一楼有车'), '一楼')
    await second.field.takeLeft()
    const [row] = (await second.field.visit(doc))?.left ?? []
    const after = await second.field.dropLeft(doc, row?.id ?? '')
    expect([after.view.notes.finding?.text, after.left.length]).toEqual(['二楼', 0])
  })

  test('a mark that was made before the record went on is not made by itself', async () => {
    const { doc, first, second } = await two()
    for (const edit of whole(id, id(5), NOW)) await second.field.edit(doc, edit)
    await second.field.edit(doc, { edit: 'mark', id: id(60), kind: 'submit' })
    await first.left.edit(doc, { edit: 'mark', id: id(61), kind: 'withdraw', remark: '写错了' }, 0)
    await second.field.takeLeft()
    expect((await second.field.visit(doc))?.left).toHaveLength(1)
    expect((await second.field.records())[0]?.stage).toBe('submitted')
  })
})
