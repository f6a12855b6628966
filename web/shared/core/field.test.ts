// The whole phone without its screens: the real core, a database, and a hub that answers or does not.
import 'fake-indexeddb/auto'
import { existsSync, readFileSync } from 'node:fs'
import type { Replica } from '@wasm/core_wasm.js'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Snapshot } from './api'
import { Field } from './field'
import { Store } from './store'
import { hex } from '../hex'
import { ulid } from '../ulid'
import { whole } from './whole'

const PACKAGE = 'wasm/core_wasm.js'
const built = existsSync(PACKAGE)
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

let fresh: () => Replica
let n = 0

const NOW = Date.parse('2026-11-24T10:00:00+08:00')
const id = (seed: number) => ulid(NOW, new Uint8Array(10).fill(seed))
const TICKET = id(9)
const user = (seed: number, name: string) => ({ id: id(seed), name, role: 'grid_worker', tenant: { id: id(1), code: 's', name: '和平街道' }, units: [] })

type Answer = (path: string, init?: RequestInit) => Response | Promise<Response>
const dead: Answer = () => Promise.reject(new TypeError('no network'))
const enrolling = (seed: number, name: string): Answer => (path) =>
  path === '/v1/enrol' ? json(200, { device: id(seed + 100), access: 'a', access_expires_at: NOW + 900_000, refresh: 'r', user: user(seed, name) }) : dead(path)

interface Phone {
  field: Field
  store: Store
  last: () => Snapshot
  answer: (next: Answer) => void
}

async function phone(name: string, answer: Answer, now = () => NOW): Promise<Phone> {
  const store = await Store.open(`${name}-${n++}`, name)
  let told: Snapshot | undefined
  let current = answer
  const field = new Field({
    store,
    fresh,
    broken: () => undefined,
    version: '1.0',
    tell: (snapshot) => (told = snapshot),
    fetcher: (input, init) => Promise.resolve(current(String(input), init)),
    now,
    shoot: async (file) => {
      const bytes = new Uint8Array(await file.arrayBuffer())
      return { bytes, thumb: bytes, mime: 'image/jpeg', w: 4, h: 3, sha256: 'ab'.repeat(32), original_sha256: 'cd'.repeat(32) }
    },
  })
  await field.start()
  const last = () => told as Snapshot
  return { field, store, last, answer: (next) => (current = next) }
}

/** A phone of 王某 with one visit begun offline. */
async function enrolled(name = `phone-${n++}`) {
  const made = await phone(name, enrolling(5, '王某'))
  await made.field.enrol({ code: 'C', password: 'p', deviceName: '手机' })
  const doc = await made.field.createVisit(TICKET)
  return { ...made, doc, name }
}

const FLAT = Date.parse('1970-01-01T08:00:10+08:00')

const photo = { role: 'before', pair: id(50), source: 'camera' as const, fix: { lat_e7: 367000000, lon_e7: 1170000000, accuracy_m: 9, at: NOW }, place: '3 号楼', taken_at: NOW, lines: [] }
const picture = new Blob([Uint8Array.of(1, 2, 3, 4)])

/** Opens a hand-over file as docs/PROTOCOL.md tells it. */
async function unsealed(file: Uint8Array<ArrayBuffer>, secret: CryptoKey, point: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const { subtle } = crypto
  expect(new TextDecoder().decode(file.slice(0, 8))).toBe('WLHAND01')
  expect(file.slice(8, 16)).toEqual(new Uint8Array(await subtle.digest('SHA-256', point)).slice(0, 8))
  const theirs = file.slice(16, 81)
  const agreed = await subtle.deriveBits({ name: 'ECDH', public: await subtle.importKey('raw', theirs, { name: 'ECDH', namedCurve: 'P-256' }, false, []) }, secret, 256)
  const salt = new Uint8Array([...theirs, ...point])
  const key = await subtle.deriveKey({ name: 'HKDF', hash: 'SHA-256', salt, info: new TextEncoder().encode('warmline hand-over 1') }, await subtle.importKey('raw', agreed, 'HKDF', false, ['deriveKey']), { name: 'AES-GCM', length: 256 }, false, ['decrypt'])
  return new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv: file.slice(81, 93), additionalData: file.slice(0, 93) }, key, file.slice(93)))
}

function partsOf(content: Uint8Array): [number, Uint8Array][] {
  const parts: [number, Uint8Array][] = []
  for (let at = 0; at < content.length; ) {
    const length = new DataView(content.buffer, content.byteOffset + at + 1).getUint32(0)
    parts.push([content[at] ?? -1, content.slice(at + 5, at + 5 + length)])
    at += 5 + length
  }
  return parts
}

describe.skipIf(!built)('a phone with the real core', () => {
  beforeAll(async () => {
    const core = (await import(/* @vite-ignore */ `../../${PACKAGE}`)) as typeof import('@wasm/core_wasm.js')
    core.initSync({ module: readFileSync('wasm/core_wasm_bg.wasm') })
    fresh = () => new core.Replica(crypto.getRandomValues(new Uint8Array(32)))
  })
  afterEach(() => vi.useRealTimers())

  test('a fresh phone asks to be enrolled', async () => {
    expect((await phone(`fresh-${n++}`, dead)).last().phase).toBe('enrol')
  })

  test('a visit begun offline has its person in it and is counted as unsent', async () => {
    const { field, doc, store } = await enrolled()
    const page = await field.visit(doc)
    expect(page?.view.participants?.map((one) => one.user)).toEqual([id(5)])
    expect(page?.view.pending).toBeGreaterThan(0)
    expect((await field.outbox()).visits.map((visit) => visit.doc)).toEqual([doc])
    expect((await store.entries()).length).toBeGreaterThan(2)
  })

  test('a phone in 1970 records, says that its times are estimates, and tells the page', async () => {
    const { field, store, last } = await phone(`flat-${n++}`, enrolling(5, '王某'), () => FLAT)
    await field.enrol({ code: 'C', password: 'p', deviceName: '手机' })
    const doc = await field.createVisit(TICKET)
    const page = await field.visit(doc)
    const joined = Number(page?.view.participants?.[0]?.joined_at)
    expect(new Date(joined).getUTCFullYear()).toBe(2026)
    const [row] = await field.records()
    expect(row?.changed_at).toBe(joined)
    await vi.waitFor(() => expect(last().clock).toEqual({ offset: joined - FLAT, measured: false }))
    const texts = (await store.entries()).map(({ value }) => new TextDecoder('latin1').decode(value))
    const gestures = texts.filter((text) => text.includes('visit.participants.put'))
    expect(gestures.map((text) => text.includes('visit.participants.put~'))).toEqual([true])
  })

  test('what was said to be saved is there after the app was killed', async () => {
    const { field, doc, name } = await enrolled()
    await field.edit(doc, { edit: 'set_field', field: 'finding_kind', value: 'clutter' })
    await field.edit(doc, { edit: 'set_note', note: 'finding', text: '楼道堆物' })
    await field.addPhoto(doc, picture, photo)

    const again = await phone(name, dead)
    const page = await again.field.visit(doc)
    expect(page?.view.fields.finding_kind).toBe('clutter')
    expect(page?.view.notes.finding?.text).toBe('楼道堆物')
    expect(page?.view.photos[0]).toMatchObject({ role: 'before', sha256: 'ab'.repeat(32), original_sha256: 'cd'.repeat(32), bytes: 4, accuracy_m: 9 })
    expect(page?.photos['ab'.repeat(32)]).toMatchObject({ state: 'waiting', size: 4 })
    expect(await again.field.picture('ab'.repeat(32))).toEqual(Uint8Array.of(1, 2, 3, 4))
  })

  test('a photo that cannot be stored is in neither place', async () => {
    const { field, doc, store } = await enrolled()
    const write = store.write.bind(store)
    store.write = () => Promise.reject(new DOMException('full', 'QuotaExceededError'))
    await expect(field.addPhoto(doc, picture, photo)).rejects.toThrow('full')
    store.write = write
    expect((await field.visit(doc))?.view.photos).toEqual([])
    expect((await field.outbox()).photos).toEqual([])
  })

  test('a photo taken out and put back is out of and in the queue again', async () => {
    const { field, doc } = await enrolled()
    const taken = (await field.addPhoto(doc, picture, photo)).view.photos[0]?.id ?? ''
    await field.edit(doc, { edit: 'remove_entry', collection: 'photos', id: taken })
    expect((await field.outbox()).photos).toEqual([])
    await field.edit(doc, { edit: 'restore_entry', collection: 'photos', id: taken })
    expect((await field.outbox()).photos).toHaveLength(1)
  })

  test('submitting works without a network and is signed by the person', async () => {
    const { field, doc } = await enrolled()
    // Something that its form requires is missing: it stays a draft.
    expect((await field.visit(doc))?.form?.missing.map((one) => one.what)).toEqual(['arrival', 'finding', 'photo', 'outcome'])
    await expect(field.edit(doc, { edit: 'mark', id: id(60), kind: 'submit' })).rejects.toThrow('record_incomplete')
    expect((await field.records())[0]).toMatchObject({ stage: 'draft' })
    for (const edit of whole(id, id(5), NOW)) await field.edit(doc, edit)
    const page = await field.edit(doc, { edit: 'mark', id: id(60), kind: 'submit' })
    expect(page.view.events[0]).toMatchObject({ kind: 'submit', by: id(5) })
    expect((await field.records())[0]).toMatchObject({ stage: 'submitted', own: true })
  })

  test('signing out is refused while something is unsent', async () => {
    const { field, store } = await enrolled()
    await expect(field.signOut()).rejects.toThrow('unsent')
    expect((await store.entries()).length).toBeGreaterThan(0)
  })

  test('a sign-in names the device that the phone was, and whose work it holds', async () => {
    const { field, answer, name } = await enrolled()
    const asked: unknown[] = []
    const listening: Answer = (path, init) => {
      if (path === '/v1/enrol') asked.push(JSON.parse(String(init?.body)))
      return enrolling(5, '王某')(path)
    }
    answer(listening)
    await field.enrol({ code: 'C2', password: 'p', deviceName: '手机' })
    const again = await phone(name, listening)
    await again.store.write({ singles: { session_ended: 'device_revoked' } })
    await again.field.enrol({ code: 'C3', password: 'p', deviceName: '手机' })
    expect(asked).toMatchObject([
      { code: 'C2', device: id(105), holds_work_of: id(5) },
      { code: 'C3', device: id(105), holds_work_of: id(5) },
    ])
    expect(await phone(`fresh-${n++}`, listening).then(({ field }) => field.enrol({ code: 'C4', password: 'p', deviceName: '手机' }))).toBeUndefined()
    expect(asked.at(-1)).not.toHaveProperty('device')
  })

  test('another person cannot take the phone over while something is unsent', async () => {
    const { field, doc, answer } = await enrolled()
    answer(enrolling(6, '李某'))
    await expect(field.enrol({ code: 'C', password: 'p', deviceName: '手机' })).rejects.toThrow('other_person_unsent')
    expect(await field.visit(doc)).not.toBeNull()
  })

  test('the same person enrols again and keeps all that waits', async () => {
    const { field, doc, store } = await enrolled()
    await store.write({ singles: { session_ended: 'refresh_reused' } })
    await field.enrol({ code: 'C2', password: 'p', deviceName: '手机' })
    expect((await field.outbox()).visits.map((visit) => visit.doc)).toEqual([doc])
    expect(await store.single('session_ended')).toBeUndefined()
  })

  test('the export holds the unsent visit and its photo, and nobody but the hub can read it', async () => {
    const { field, doc, store } = await enrolled()
    await field.addPhoto(doc, picture, photo)
    await expect(field.exportUnsent()).rejects.toThrow('hand_over_no_key')
    const hub = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
    const point = new Uint8Array(await crypto.subtle.exportKey('raw', hub.publicKey))
    field['login'].session().hand_over_key = hex(point)
    const { file, left_out } = await field.exportUnsent()
    expect(left_out).toBe(0)
    const bytes = new Uint8Array(await file.arrayBuffer())
    expect(new TextDecoder('latin1').decode(bytes)).not.toContain(id(5))

    const parts = partsOf(await unsealed(bytes, hub.privateKey, point))
    expect(parts.map(([tag]) => tag)).toEqual([0, 1, 2])
    expect(JSON.parse(new TextDecoder().decode(parts[0]?.[1]))).toEqual({ device: id(105), person: id(5), token: 'r', made_at: NOW })
    expect(parts[2]?.[1]).toEqual(Uint8Array.of(1, 2, 3, 4))
    expect((await store.entries()).length).toBeGreaterThan(2)
  })

  test('an order to wipe is shown, then carried out, and finished after a restart in between', async () => {
    const { field, answer, name, last } = await enrolled()
    answer(() => json(401, { code: 'device_revoked', wipe: true }))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    void field.syncNow()
    await vi.waitFor(() => expect(last().phase).toBe('wiping'), { timeout: 3000, interval: 5 })
    vi.useRealTimers()

    const again = await phone(name, dead)
    expect(again.last().phase).toBe('wiped')
    expect(await again.store.entries()).toEqual([])
    expect(await again.store.single('session')).toBeUndefined()
  })

  test('a phone that was only turned off keeps its records and says so', async () => {
    const { field, doc, answer, last } = await enrolled()
    answer(() => json(401, { code: 'device_revoked', wipe: false }))
    await field.syncNow()
    await vi.waitFor(() => expect(last().session_ended).toBe('device_revoked'))
    expect(await field.visit(doc)).not.toBeNull()
  })
})
