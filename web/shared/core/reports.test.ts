// A representative's report on a phone: kept at every word, given whole, taken back in time; the real core and a database.
import 'fake-indexeddb/auto'
import { existsSync, readFileSync } from 'node:fs'
import type { Replica } from '@wasm/core_wasm.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { ulid } from '../ulid'
import type { PhotoAsked, SignAsked, VisitPage } from './api'
import { Field } from './field'
import { Store } from './store'
import type { MediationCollection, Value } from './views'

const PACKAGE = 'wasm/core_wasm.js'
const built = existsSync(PACKAGE)
const NOW = Date.parse('2026-11-24T10:00:00+08:00')
const id = (seed: number) => ulid(NOW, new Uint8Array(10).fill(seed))
const PARTY = id(20)
const CLAUSE = id(50)
const user = { id: id(5), name: '王小梅', role: 'grid_worker', tenant: { id: id(1), code: 's', name: '和平街道' }, units: [] }
const ASKED: PhotoAsked = { role: 'performance', pair: null, source: 'camera', fix: null, place: '5 号楼', taken_at: NOW, lines: [] }
const picture = (byte: number) => new Blob([Uint8Array.of(byte, 2, 3)])

let fresh: () => Replica
let n = 0

type Answer = (path: string, init?: RequestInit) => Response | Promise<Response>
const dead: Answer = () => Promise.reject(new TypeError('no network'))

async function begun(name: string, answer: Answer, grace: number) {
  const store = await Store.open(`window-${n++}`, name)
  let current = answer
  const field = new Field({
    store,
    fresh,
    broken: () => undefined,
    version: '1.0',
    tell: () => undefined,
    fetcher: (input, init) => Promise.resolve(current(String(input), init)),
    now: () => NOW,
    grace,
    shoot: async (file) => {
      const bytes = new Uint8Array(await file.arrayBuffer())
      return { bytes, thumb: bytes, mime: 'image/jpeg', w: 4, h: 3, sha256: `${bytes[0]?.toString(16).padStart(2, '0') ?? ''}`.repeat(32), original_sha256: 'cd'.repeat(32) }
    },
  })
  await field.start()
  return { field, store, name, answer: (next: Answer) => (current = next) }
}

/** A phone with an agreement that holds between 张某 and 李某. */
async function agreed(grace = 60_000) {
  const enrolling: Answer = (path) => (path === '/v1/enrol' ? new Response(JSON.stringify({ device: id(105), access: 'a', access_expires_at: NOW + 900_000, refresh: 'r', user })) : dead(path))
  const phone = await begun(`reports-${n++}`, enrolling, grace)
  const { field } = phone
  await field.enrol({ code: 'C', password: 'p', deviceName: '手机' })
  const doc = await field.createMediation(id(9))
  const put = (collection: MediationCollection, seed: number, fields: Record<string, Value>) => field.edit(doc, { edit: 'put_entry', collection, id: id(seed), fields })
  await put('parties', 20, { side: 'applicant', name: '张某', person: id(5) })
  await put('parties', 21, { side: 'respondent', name: '李某' })
  await put('claims', 30, { party: PARTY, text: '晚上别施工', standing: 'open' })
  await put('sessions', 40, { at: NOW })
  await put('statements', 41, { session: id(40), party: PARTY, text: '睡不着' })
  await put('statements', 42, { session: id(40), party: id(21), text: '要赶工期' })
  await put('clauses', 50, { claim: id(30), performer: id(21), text: '二十点以后不施工' })
  await field.edit(doc, { edit: 'set_field', field: 'facts', value: '夜里施工' })
  const page = async () => (await field.visit(doc)) as VisitPage
  const mediator = (await page()).view.mediators?.[0]?.id ?? ''
  for (const [capacity, signer, name, y] of [['party', PARTY, '张某', 1], ['party', id(21), '李某', 2], ['mediator', mediator, '王小梅', 3]] as const) {
    const asked: SignAsked = { content: (await page()).agreement?.content ?? '', capacity, signer, method: 'glass', name, strokes: [[100, 100 * y, 4000, 4000]] }
    await field.sign(doc, asked)
  }
  return { ...phone, doc, page }
}

const until = async (holds: () => Promise<boolean>) => {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 200) throw new Error('never came to be')
    await new Promise((done) => setTimeout(done, 5))
  }
}

describe.skipIf(!built)('reports with the real core', () => {
  beforeAll(async () => {
    const core = (await import(/* @vite-ignore */ `../../${PACKAGE}`)) as typeof import('@wasm/core_wasm.js')
    core.initSync({ module: readFileSync('wasm/core_wasm_bg.wasm') })
    fresh = () => new core.Replica(crypto.getRandomValues(new Uint8Array(32)))
  })

  test('what is written is kept at every word and stands in no record until it is given', async () => {
    const { field, doc, name, page } = await agreed()
    await field.writeReport(doc, { party: PARTY, clause: CLAUSE })
    await field.writeReport(doc, { text: '昨晚还在' })
    await field.photographReport(doc, picture(0xa1), ASKED)
    // The app is closed, and opened again.
    const again = await begun(name, dead, 60_000)
    await until(async () => (await again.field.report(doc)) !== null)
    expect(await again.field.report(doc)).toEqual({ party: PARTY, clause: CLAUSE, text: '昨晚还在', photo: 'a1'.repeat(32), leaves_at: null, why: null })
    const { view } = await page()
    expect([view.reports, view.photos]).toEqual([[], []])
  })

  test('a report that was given leaves by itself, whole, with its picture', async () => {
    const { field, doc, store, page } = await agreed(0)
    await field.photographReport(doc, picture(0xa2), ASKED)
    await field.writeReport(doc, { party: PARTY, clause: CLAUSE, text: '昨晚十点还在施工', leaves: true })
    await until(async () => ((await page()).view.reports?.length ?? 0) > 0)
    const { view, agreement } = await page()
    const [report] = view.reports ?? []
    const [photo] = view.photos
    expect([report?.party, report?.clause, report?.text, report?.photo, report?.at, report?.by]).toEqual([PARTY, CLAUSE, '昨晚十点还在施工', photo?.id, NOW, id(5)])
    expect([photo?.role, photo?.sha256]).toEqual(['performance', 'a2'.repeat(32)])
    expect(agreement?.reports).toEqual([{ report: report?.id, clause: CLAUSE, open: true }])
    // It is told apart what of the record the office does not have.
    expect(view.unsent).toEqual(expect.arrayContaining([`reports/${report?.id}`, `photos/${photo?.id}`]))
    expect((await store.media()).find(({ sha256 }) => sha256 === 'a2'.repeat(32))?.state).toBe('waiting')
    expect([await field.report(doc), await store.single('reports')]).toEqual([null, undefined])
  })

  test('until then it can be taken back, and goes on where it was', async () => {
    const { field, doc, page } = await agreed(60_000)
    const given = await field.writeReport(doc, { party: PARTY, clause: CLAUSE, text: '写错了', leaves: true })
    expect(given.leaves_at).toBe(NOW + 60_000)
    expect(await field.writeReport(doc, { leaves: false })).toMatchObject({ text: '写错了', leaves_at: null })
    await field.poke('hidden')
    expect((await page()).view.reports).toEqual([])
  })

  test('an app that goes out of sight lets go what was given, and so does the next start', async () => {
    const { field, doc, name, page } = await agreed(60_000)
    await field.writeReport(doc, { party: PARTY, clause: CLAUSE, text: '中午在施工', leaves: true })
    await field.poke('hidden')
    expect((await page()).view.reports?.map(({ text }) => text)).toEqual(['中午在施工'])
    await field.writeReport(doc, { party: PARTY, clause: CLAUSE, text: '又在施工', leaves: true })
    const again = await begun(name, dead, 60_000)
    const texts = async () => (await again.field.visit(doc))?.view.reports?.map(({ text }) => text).sort()
    await until(async () => (await texts())?.length === 2)
    expect(await texts()).toEqual(['中午在施工', '又在施工'].sort())
  })

  test('what the core does not take stays written, and says why', async () => {
    const { field, doc, page } = await agreed(0)
    await field.writeReport(doc, { party: PARTY, clause: 'no clause at all, and far too long for an id', text: '中午在施工', leaves: true })
    await until(async () => (await field.report(doc))?.why !== null)
    expect(await field.report(doc)).toMatchObject({ text: '中午在施工', leaves_at: null, why: 'value_refused' })
    expect((await page()).view.reports).toEqual([])
  })

  test('a picture that is taken back leaves nothing of itself behind but what a record holds', async () => {
    const { field, doc, store } = await agreed()
    await field.photographReport(doc, picture(0xa3), ASKED)
    await field.writeReport(doc, { photo: null })
    expect(await store.bytes('a3'.repeat(32))).toBeUndefined()
    await field.addPhoto(doc, picture(0xa4), ASKED)
    await field.photographReport(doc, picture(0xa4), ASKED)
    await field.writeReport(doc, { photo: null })
    expect(await store.bytes('a4'.repeat(32))).toBeDefined()
  })

  test('a code for a representative needs the hub, and names them in the record', async () => {
    const { field, doc, page, answer } = await agreed()
    const asked = { party: id(21), name: '李某', person: null }
    await expect(field.inviteRepresentative(doc, asked)).rejects.toThrow()
    expect((await page()).view.parties?.find((one) => one.id === id(21))?.person ?? null).toBeNull()
    let body: unknown = null
    answer((path, init) => {
      if (!path.endsWith('/representatives')) return dead(path)
      body = JSON.parse(String(init?.body))
      return new Response(JSON.stringify({ person: id(77), code: 'AAAA-BBBB-CCCC-DDDD', expires_at: NOW, url: 'u' }), { status: 201 })
    })
    // A round with the hub is what comes first: without one nothing is asked.
    await expect(field.inviteRepresentative(doc, asked)).rejects.toThrow()
    expect(body).toBeNull()
  })
})
