// 发现问题 on a phone without a network: kept at every word, given whole as a record that is its own ticket; the real core.
import 'fake-indexeddb/auto'
import { existsSync, readFileSync } from 'node:fs'
import type { Replica } from '@wasm/core_wasm.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { ulid } from '../ulid'
import type { Fix, PhotoAsked } from './api'
import { Field } from './field'
import { Store } from './store'

const PACKAGE = 'wasm/core_wasm.js'
const NOW = Date.parse('2026-11-24T10:00:00+08:00')
const id = (seed: number) => ulid(NOW, new Uint8Array(10).fill(seed))
const user = { id: id(5), name: '王小梅', role: 'grid_worker', tenant: { id: id(1), code: 's', name: '和平街道' }, units: [] }
const FIX: Fix = { lat_e7: 366_500_000, lon_e7: 1_170_000_000, accuracy_m: 12, at: NOW }
const ASKED: PhotoAsked = { role: 'evidence', pair: null, source: 'camera', fix: FIX, place: '', taken_at: NOW, lines: [] }
const picture = (byte: number) => new Blob([Uint8Array.of(byte, 2, 3)])

let fresh: () => Replica
let n = 0

/** A phone that was enrolled and has no network since. */
async function phone(grace: number, name = `finds-${n++}`, enrolled = false) {
  const store = await Store.open(`window-${n++}`, name)
  const field = new Field({
    store,
    fresh,
    broken: () => undefined,
    version: '1.0',
    tell: () => undefined,
    fetcher: (input) => (String(input) === '/v1/enrol' ? Promise.resolve(new Response(JSON.stringify({ device: id(105), access: 'a', access_expires_at: NOW + 900_000, refresh: 'r', user }))) : Promise.reject(new TypeError('no network'))),
    now: () => NOW,
    grace,
    shoot: async (file) => {
      const bytes = new Uint8Array(await file.arrayBuffer())
      return { bytes, thumb: bytes, mime: 'image/jpeg', w: 4, h: 3, sha256: `${bytes[0]?.toString(16).padStart(2, '0') ?? ''}`.repeat(32), original_sha256: 'cd'.repeat(32) }
    },
  })
  await field.start()
  if (!enrolled) await field.enrol({ code: 'C', password: 'p', deviceName: '手机' })
  return { field, store, name }
}

const until = async (holds: () => Promise<boolean>) => {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 200) throw new Error('never came to be')
    await new Promise((done) => setTimeout(done, 5))
  }
}

describe.skipIf(!existsSync(PACKAGE))('finds with the real core', () => {
  beforeAll(async () => {
    const core = (await import(/* @vite-ignore */ `../../${PACKAGE}`)) as typeof import('@wasm/core_wasm.js')
    core.initSync({ module: readFileSync('wasm/core_wasm_bg.wasm') })
    fresh = () => new core.Replica(crypto.getRandomValues(new Uint8Array(32)))
  })

  test('a find is kept at every word, survives a restart, and is no record before it is given', async () => {
    const { field, name } = await phone(60_000)
    const begun = await field.photographFind(null, picture(0xa1), ASKED)
    await field.writeFind(begun.id, { kind: 'clutter' })
    const again = await phone(60_000, name, true)
    await until(async () => (await again.field.finds()).length > 0)
    expect(await again.field.finds()).toEqual([{ id: begun.id, kind: 'clutter', address: '', text: '', fix: FIX, reason: '', photos: ['a1'.repeat(32)], leaves_at: null, why: null }])
    expect(await again.field.records()).toEqual([])
  })

  test('given, it becomes one whole record that is its own ticket, submitted, with its picture', async () => {
    const { field, store } = await phone(0)
    const begun = await field.photographFind(null, picture(0xa2), ASKED)
    await field.writeFind(begun.id, { kind: 'clutter', address: '柳岸路3号院', text: '纸箱堵门', leaves: true })
    await until(async () => (await field.records()).length > 0)
    const [record] = await field.records()
    expect([record?.doc, record?.ticket, record?.stage, record?.find, record?.own, record?.place]).toEqual([begun.id, begun.id, 'submitted', true, true, '柳岸路3号院'])
    const page = await field.visit(begun.id)
    expect(page?.view.fields).toMatchObject({ form: 'find/1', finding_kind: 'clutter', address: '柳岸路3号院' })
    expect(page?.view.arrivals?.[0]).toMatchObject({ source: 'gps', accuracy_m: 12, by: id(5), address: '柳岸路3号院' })
    expect(page?.view.participants?.[0]?.user).toBe(id(5))
    expect(page?.view.photos[0]).toMatchObject({ role: 'evidence', sha256: 'a2'.repeat(32) })
    expect(page?.view.notes.finding?.text).toBe('纸箱堵门')
    expect((await store.media())[0]?.state).toBe('waiting')
    expect([await field.finds(), await store.single('finds')]).toEqual([[], undefined])
  })

  test('a place chosen by hand says so with its reason, whatever the position was', async () => {
    const { field } = await phone(0)
    const given = await field.writeFind(null, { kind: 'noise', address: '柳岸路东口', fix: FIX, reason: '定位不准', leaves: true })
    await until(async () => (await field.records()).length > 0)
    const arrival = (await field.visit(given.id))?.view.arrivals?.[0]
    expect(arrival).toMatchObject({ source: 'hand', reason: '定位不准', address: '柳岸路东口' })
    expect(arrival?.lat_e7 ?? null).toBeNull()
  })

  test('within some seconds it can be taken back; thrown away, nothing of it is left', async () => {
    const { field, store } = await phone(60_000)
    const begun = await field.photographFind(null, picture(0xa3), ASKED)
    await field.writeFind(begun.id, { kind: 'other', address: '路口', leaves: true })
    expect(await field.writeFind(begun.id, { leaves: false })).toMatchObject({ kind: 'other', leaves_at: null })
    await field.poke('hidden')
    expect(await field.records()).toEqual([])
    await field.dropFind(begun.id)
    expect([await field.finds(), await store.bytes('a3'.repeat(32))]).toEqual([[], undefined])
  })

  test('an app that goes out of sight lets go what was given', async () => {
    const { field } = await phone(60_000)
    await field.writeFind(null, { kind: 'other', address: '路口', reason: '地下室', leaves: true })
    await field.poke('hidden')
    expect((await field.records()).length).toBe(1)
  })

  test('a discarded draft leaves the list, its photos wait no more, and both come back when that is undone', async () => {
    const { field } = await phone(0)
    const doc = await field.createVisit(id(9))
    await field.addPhoto(doc, picture(0xa4), ASKED)
    expect((await field.outbox()).photos.length).toBe(1)
    const mark = (kind: 'discard' | 'withdraw', seed: number) => field.edit(doc, { edit: 'mark', id: id(seed), kind })
    const { view } = await mark('discard', 80)
    expect([view.shared, (await field.records()).length, (await field.outbox()).photos.length]).toEqual([false, 0, 0])
    await mark('withdraw', 81)
    expect([(await field.records())[0]?.stage, (await field.outbox()).photos.length]).toEqual(['draft', 1])
  })
})
