// Signing on a phone without a network: the real core, a database, and no hub.
import 'fake-indexeddb/auto'
import { existsSync, readFileSync } from 'node:fs'
import type { Replica } from '@wasm/core_wasm.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { sha256 as hashOf } from '../hex'
import { MediationState } from '../lifecycle/names'
import { ulid } from '../ulid'
import type { SignAsked, VisitPage } from './api'
import { Field } from './field'
import { SEAL } from './shape'
import { Store } from './store'
import type { Capacity, MediationCollection, Value } from './views'

const PACKAGE = 'wasm/core_wasm.js'
const built = existsSync(PACKAGE)
const NOW = Date.parse('2026-11-24T10:00:00+08:00')
const id = (seed: number) => ulid(NOW, new Uint8Array(10).fill(seed))
const user = { id: id(5), name: '王小梅', role: 'grid_worker', tenant: { id: id(1), code: 's', name: '和平街道' }, units: [] }
const STROKES = [[100, 100, 4000, 4000], [5000, 200, 5000, 6000]]

let fresh: () => Replica
let n = 0

async function enrolled() {
  const store = await Store.open('a', `signing-${n++}`)
  const field = new Field({
    store,
    fresh,
    broken: () => undefined,
    version: '1.0',
    tell: () => undefined,
    fetcher: (input) => (String(input) === '/v1/enrol' ? Promise.resolve(new Response(JSON.stringify({ device: id(105), access: 'a', access_expires_at: NOW + 900_000, refresh: 'r', user }))) : Promise.reject(new TypeError('no network'))),
    now: () => NOW,
    shoot: async (file) => {
      const bytes = new Uint8Array(await file.arrayBuffer())
      return { bytes, thumb: bytes, mime: 'image/jpeg', w: 4, h: 3, sha256: 'ab'.repeat(32), original_sha256: 'cd'.repeat(32) }
    },
  })
  await field.start()
  await field.enrol({ code: 'C', password: 'p', deviceName: '手机' })
  const doc = await field.createMediation(id(9))
  const put = (collection: MediationCollection, seed: number, fields: Record<string, Value>) => field.edit(doc, { edit: 'put_entry', collection, id: id(seed), fields })
  const set = (name: string, value: Value) => field.edit(doc, { edit: 'set_field', field: name, value })
  const page = async () => (await field.visit(doc)) as VisitPage
  return { field, store, doc, put, set, page }
}

/** A record with three parties, ready to be signed. */
async function ready() {
  const phone = await enrolled()
  const { put, set } = phone
  await put('parties', 20, { side: 'applicant', name: '张某' })
  await put('parties', 21, { side: 'respondent', name: '李某' })
  await put('parties', 22, { side: 'third', name: '物业' })
  await put('claims', 30, { party: id(20), text: '晚上别施工', standing: 'open' })
  await put('sessions', 40, { at: NOW })
  await put('statements', 41, { session: id(40), party: id(20), text: '睡不着' })
  await put('statements', 42, { session: id(40), party: id(21), text: '要赶工期' })
  await put('clauses', 50, { claim: id(30), performer: id(21), text: '二十点以后不施工' })
  await set('facts', '夜里施工')
  const mediator = (await phone.page()).view.mediators?.[0]?.id ?? ''
  const glass = (content: string, capacity: Capacity, signer: string, name: string, strokes = STROKES): SignAsked => ({ content, capacity, signer, method: 'glass', name, strokes })
  const content = async () => (await phone.page()).agreement?.content ?? ''
  return { ...phone, mediator, glass, content }
}

describe.skipIf(!built)('signing with the real core', () => {
  beforeAll(async () => {
    const core = (await import(/* @vite-ignore */ `../../${PACKAGE}`)) as typeof import('@wasm/core_wasm.js')
    core.initSync({ module: readFileSync('wasm/core_wasm_bg.wasm') })
    fresh = () => new core.Replica(crypto.getRandomValues(new Uint8Array(32)))
  })

  test('a mediation begun offline has its mediator in it by name, and says what it lacks', async () => {
    const { field, doc, page } = await enrolled()
    const { view, agreement } = await page()
    expect([view.kind, view.fields.form, view.mediators?.[0]?.user, view.mediators?.[0]?.name]).toEqual(['mediation', 'record', id(5), '王小梅'])
    expect(agreement?.standing).toBe(MediationState.draft)
    expect(agreement?.gaps.map(({ code }) => code)).toEqual(['facts', 'sides', 'statements'])
    expect((await field.records())[0]).toMatchObject({ doc, kind: 'mediation', standing: MediationState.draft, own: true })
  })

  test('nobody signs what is not filled in', async () => {
    const { field, doc, page } = await enrolled()
    const { agreement, view } = await page()
    const asked: SignAsked = { content: agreement?.content ?? '', capacity: 'mediator', signer: view.mediators?.[0]?.id ?? '', method: 'glass', name: '王小梅', strokes: STROKES }
    await expect(field.sign(doc, asked)).rejects.toThrow('content_incomplete')
    expect((await field.outbox()).photos).toEqual([])
  })

  test('all sign one after the other, and each seal waits for the hub beside its entry', async () => {
    const { field, store, doc, mediator, glass, content, page } = await ready()
    const hash = await content()
    const people: [Capacity, string, string][] = [['party', id(20), '张某'], ['party', id(21), '李某'], ['party', id(22), '物业'], ['mediator', mediator, '王小梅']]
    for (const [capacity, signer, name] of people) await field.sign(doc, glass(hash, capacity, signer, name))
    const { agreement, view } = await page()
    expect(agreement?.standing).toBe(MediationState.effective)
    expect(agreement?.holds?.content).toBe(hash)
    expect(view.signatures).toHaveLength(4)
    const waiting = (await field.outbox()).photos
    expect(waiting.map(({ mime, w, h }) => [mime, w, h])).toEqual(Array(4).fill([SEAL, 0, 0]))
    for (const row of waiting) {
      const bytes = await store.bytes(row.sha256)
      expect(await hashOf(new Uint8Array(bytes ?? []))).toBe(row.sha256)
      expect([...(bytes ?? [])].slice(0, 4)).toEqual([0xab, 0x61, 0x76, 1])
      expect(view.signatures?.map(({ sealed }) => sealed)).toContain(row.sha256)
    }
    expect((await field.records())[0]?.standing).toBe(MediationState.effective)
  })

  test('words that changed since they were shown are not signed, and nothing is kept of it', async () => {
    const { field, doc, glass, content, put, page } = await ready()
    const shown = await content()
    await put('clauses', 50, { text: '二十二点以后不施工' })
    await expect(field.sign(doc, glass(shown, 'party', id(20), '张某'))).rejects.toThrow('content_changed')
    expect((await page()).view.signatures).toEqual([])
    expect((await field.outbox()).photos).toEqual([])
  })

  test('an edit after a signature names who has to sign again and where it differs', async () => {
    const { field, doc, glass, content, put, page } = await ready()
    await field.sign(doc, glass(await content(), 'party', id(20), '张某'))
    await put('clauses', 50, { text: '二十二点以后不施工' })
    expect((await page()).agreement?.signers[0]).toMatchObject({ name: '张某', state: 'cancelled', changed: [`clauses/${id(50)}/text`], was: ['二十点以后不施工'] })
    await field.sign(doc, glass(await content(), 'party', id(20), '张某', [[1, 1, 3000, 3000]]))
    expect((await page()).agreement?.signers[0]).toMatchObject({ state: 'signed' })
  })

  test('a signature that cannot be stored is in neither place', async () => {
    const { field, store, doc, glass, content, page } = await ready()
    const hash = await content()
    const write = store.write.bind(store)
    store.write = () => Promise.reject(new DOMException('full', 'QuotaExceededError'))
    await expect(field.sign(doc, glass(hash, 'party', id(20), '张某'))).rejects.toThrow('full')
    store.write = write
    expect((await page()).view.signatures).toEqual([])
    expect((await field.outbox()).photos).toEqual([])
  })

  test('an empty glass is no signature', async () => {
    const { field, doc, glass, content } = await ready()
    await expect(field.sign(doc, glass(await content(), 'party', id(20), '张某', []))).rejects.toThrow('nothing_drawn')
  })

  test('a refusal is recorded with its reason, a paper with its photo', async () => {
    const { field, doc, content, page } = await ready()
    const hash = await content()
    await field.sign(doc, { content: hash, capacity: 'party', signer: id(20), method: 'refused', reason: '要再想想' })
    const photographed = await field.addPhoto(doc, new Blob([Uint8Array.of(1, 2)]), { role: 'signed_paper', pair: null, source: 'camera', fix: null, place: '', taken_at: NOW, lines: [] })
    await field.sign(doc, { content: hash, capacity: 'party', signer: id(21), method: 'paper', photo: photographed.view.photos[0]?.id ?? '' })
    expect((await page()).agreement?.signers.slice(0, 2).map(({ state }) => state)).toEqual(['refused', 'signed'])
    await expect(field.sign(doc, { content: hash, capacity: 'party', signer: id(22), method: 'paper', photo: id(77) })).rejects.toThrow('value_refused')
  })

  test('the paper of a committee needs a certified mediator, the notice and the seal', async () => {
    const { field, doc, mediator, glass, content, put, set, page } = await ready()
    await set('form', 'agreement')
    expect((await page()).agreement?.gaps.map(({ code }) => code)).toEqual(['certified_mediator', 'committee', 'notice'])
    await put('mediators', 80, { name: '周敏', certified: true })
    await set('committee', '和平街道人民调解委员会')
    await set('notice_given', true)
    const hash = await content()
    for (const [seed, name] of [[20, '张某'], [21, '李某'], [22, '物业']] as const) await field.sign(doc, glass(hash, 'party', id(seed), name))
    await field.sign(doc, glass(hash, 'mediator', mediator, '王小梅'))
    const missing = async () => (await page()).agreement?.signers.filter(({ needed, state }) => needed && state === 'missing').map(({ name }) => name)
    expect(await missing()).toEqual(['周敏', '和平街道人民调解委员会'])
    await field.sign(doc, glass(hash, 'mediator', id(80), '周敏'))
    const { view } = await field.addPhoto(doc, new Blob([Uint8Array.of(1, 2)]), { role: 'signed_paper', pair: null, source: 'camera', fix: null, place: '', taken_at: NOW, lines: [] })
    await field.sign(doc, { content: hash, capacity: 'committee', signer: id(80), method: 'seal', photo: view.photos[0]?.id ?? '' })
    expect(await missing()).toEqual([])
    expect((await page()).agreement?.standing).toBe(MediationState.effective)
  })

  test('a task speaks the words that hold, whatever was written since', async () => {
    const { field, doc, mediator, glass, content, put, page } = await ready()
    await put('clauses', 50, { due_at: NOW })
    const hash = await content()
    for (const [capacity, signer, name] of [['party', id(20), '张某'], ['party', id(21), '李某'], ['party', id(22), '物业'], ['mediator', mediator, '王小梅']] as const) await field.sign(doc, glass(hash, capacity, signer, name))
    await put('clauses', 50, { text: '二十二点以后不施工' })
    expect((await page()).agreement?.tasks.map(({ text }) => text)).toEqual(['二十点以后不施工'])
    expect((await field.records())[0]?.standing).toBe(MediationState.performance_due)
  })

  test('who came signs the list, and that is no signature under the paper', async () => {
    const { field, doc, content, put, page } = await ready()
    const hash = await content()
    await put('invitees', 60, { session: id(40), name: '赵大成', attendance: 'invited', invited_at: NOW })
    await field.attend(doc, { content: hash, invitee: id(60), name: '赵大成', strokes: STROKES })
    const { view, agreement } = await page()
    expect(view.invitees?.[0]).toMatchObject({ attendance: 'present', at: NOW })
    expect((await field.outbox()).photos.map(({ sha256 }) => sha256)).toEqual([view.invitees?.[0]?.sealed])
    expect([agreement?.content, agreement?.standing]).toEqual([hash, MediationState.draft])
  })

  test('a mediation that was given up can be resumed', async () => {
    const { field, doc, page } = await enrolled()
    await field.edit(doc, { edit: 'mark', id: id(70), kind: 'withdraw', remark: '双方和好' })
    expect((await page()).agreement?.standing).toBe(MediationState.withdrawn)
    await field.edit(doc, { edit: 'mark', id: id(71), kind: 'resume' })
    expect((await page()).agreement?.standing).toBe(MediationState.draft)
  })
})
