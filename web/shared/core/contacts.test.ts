// Numbers of parties: the same bytes as the hub makes, a key that nobody exports, and a phone that keeps and loses it.
import 'fake-indexeddb/auto'
import { existsSync, readFileSync } from 'node:fs'
import type { Replica } from '@wasm/core_wasm.js'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { ulid } from '../ulid'
import { contactKey, isSealed, openContact, sealContact } from './contacts'
import { Field } from './field'
import { LeftOver } from './leftover'
import { Store } from './store'

interface Vector {
  key: string
  document: string
  party: string
  number: string
  sealed: string
}

const VECTORS = JSON.parse(readFileSync('../server/basis/src/contact.json', 'utf8')) as Vector[]
const PACKAGE = 'wasm/core_wasm.js'
const NOW = Date.parse('2026-11-24T10:00:00+08:00')
const KEY = VECTORS[0]?.key ?? ''
const NUMBER = '13800000000'
const id = (seed: number) => ulid(NOW, new Uint8Array(10).fill(seed))
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

test('a number is sealed to the bytes that the hub makes of it, and opened again', async () => {
  expect(VECTORS.length).toBeGreaterThan(2)
  for (const { key, document, party, number, sealed } of VECTORS) {
    const own = await contactKey(key)
    expect(await sealContact(own, number, document, party), number).toBe(sealed)
    expect(await openContact(own, sealed, document, party)).toBe(number)
    expect(isSealed(sealed)).toBe(true)
  }
})

test('what was moved, changed, cut or sealed by others is not opened', async () => {
  const [own, another] = await Promise.all([contactKey(KEY), contactKey('ab'.repeat(64))])
  const sealed = await sealContact(own, NUMBER, id(1), id(2))
  expect(await openContact(own, sealed, id(1), id(3))).toBeNull()
  expect(await openContact(own, sealed, id(3), id(2))).toBeNull()
  expect(await openContact(another, sealed, id(1), id(2))).toBeNull()
  for (let at = 0; at < sealed.length; at += 7) {
    const bent = sealed.slice(0, at) + (sealed[at] === '0' ? '1' : '0') + sealed.slice(at + 1)
    expect(await openContact(own, bent, id(1), id(2)), `${at}`).toBeNull()
  }
  for (const nothing of ['', sealed.slice(2), `${sealed}00`, NUMBER]) expect(await openContact(own, nothing, id(1), id(2))).toBeNull()
})

test('another nonce than its own makes another form, which is not opened', async () => {
  const raw = Uint8Array.from(KEY.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  const cipher = await crypto.subtle.importKey('raw', raw.slice(0, 32), 'AES-GCM', false, ['encrypt'])
  const plain = new Uint8Array(80)
  plain.set(new TextEncoder().encode(NUMBER))
  const nonce = new Uint8Array(12).fill(7)
  const bound = new TextEncoder().encode(`warmline contact 1\n${id(1)}\n${id(2)}\n`)
  const content = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: bound }, cipher, plain))
  const sealed = Buffer.from([1, ...nonce, ...content]).toString('hex')
  expect(isSealed(sealed)).toBe(true)
  expect(await openContact(await contactKey(KEY), sealed, id(1), id(2))).toBeNull()
})

test('neither half of the key can be taken out of the browser', async () => {
  const { cipher, naming } = await contactKey(KEY)
  for (const half of [cipher, naming]) await expect(crypto.subtle.exportKey('raw', half)).rejects.toThrow()
  await expect(contactKey('ab')).rejects.toThrow('contact_key_unreadable')
})

test('what is no number of a party is not sealed', async () => {
  const own = await contactKey(KEY)
  for (const number of ['', '1'.repeat(21), '138\0']) await expect(sealContact(own, number, id(1), id(2))).rejects.toThrow('contact_too_long')
})

let fresh: () => Replica
let n = 0

type Answer = (path: string) => Response | Promise<Response>
const dead: Answer = () => Promise.reject(new TypeError('no network'))
const user = (role: string) => ({ id: id(5), name: '王某', role, tenant: { id: id(1), code: 's', name: '和平街道' }, units: [] })
const enrolling = (contact_key?: string, role = 'grid_worker'): Answer => (path) =>
  path === '/v1/enrol' ? json(200, { device: id(105), access: 'a', access_expires_at: NOW + 900_000, refresh: 'r', contact_key, user: user(role) }) : dead(path)

async function phone(name: string, answer: Answer) {
  const store = await Store.open(`contacts-${n++}`, name)
  let current = answer
  const field = new Field({ store, fresh, broken: () => undefined, version: '1.0', tell: () => undefined, fetcher: (input) => Promise.resolve(current(String(input))), now: () => NOW })
  await field.start()
  return { field, store, answer: (next: Answer) => (current = next) }
}

/** A phone with a mediation that has one party, offline from then on. */
async function enrolled(answer: Answer, name = `contacts-${n++}`) {
  const made = await phone(name, answer)
  await made.field.enrol({ code: 'C', password: 'p', deviceName: '手机' })
  const doc = await made.field.createMediation(id(9))
  const party = id(20)
  await made.field.edit(doc, { edit: 'put_entry', collection: 'parties', id: party, fields: { side: 'applicant', name: '张某' } })
  const write = (contact: string) => made.field.edit(doc, { edit: 'put_entry', collection: 'parties', id: party, fields: { contact } })
  return { ...made, name, doc, party, write }
}

/** All that stands on the disk of a phone, as far as it is text or bytes. */
async function stored(store: Store): Promise<string> {
  const replica = (await store.entries()).map(({ value }) => new TextDecoder('latin1').decode(value))
  return [...replica, JSON.stringify(await store.left())].join('\n')
}

describe.skipIf(!existsSync(PACKAGE))('a phone with the real core', () => {
  beforeAll(async () => {
    const core = (await import(/* @vite-ignore */ `../../${PACKAGE}`)) as typeof import('@wasm/core_wasm.js')
    core.initSync({ module: readFileSync('wasm/core_wasm_bg.wasm') })
    fresh = () => new core.Replica(crypto.getRandomValues(new Uint8Array(32)))
  })

  test('writes a number sealed and shows it, after a restart without a network too', async () => {
    const { write, store, name, doc, party } = await enrolled(enrolling(KEY))
    const page = await write(NUMBER)
    const sealed = String(page.view.parties?.[0]?.contact)
    expect(sealed).toBe(await sealContact(await contactKey(KEY), NUMBER, doc, party))
    expect(page.contacts).toEqual({ key: 'here', numbers: { [sealed]: NUMBER } })
    expect(await stored(store)).not.toContain(NUMBER)

    const again = await phone(name, dead)
    expect((await again.field.visit(doc))?.contacts).toEqual({ key: 'here', numbers: { [sealed]: NUMBER } })
    const cleared = await again.field.edit(doc, { edit: 'put_entry', collection: 'parties', id: party, fields: { contact: null } })
    expect(cleared.view.parties?.[0]?.contact ?? null).toBeNull()
  })

  test('a number that cannot be opened says so and does not fail', async () => {
    const { write, field, doc } = await enrolled(enrolling(KEY))
    const foreign = await sealContact(await contactKey('ab'.repeat(64)), NUMBER, id(1), id(2))
    await write(foreign)
    expect((await field.visit(doc))?.contacts).toEqual({ key: 'here', numbers: { [foreign]: null } })
  })

  test('of a role that does not handle tickets neither writes nor reads, and says that it cannot', async () => {
    const { write, field, store, doc } = await enrolled(enrolling(undefined, 'volunteer'))
    await expect(write(NUMBER)).rejects.toThrow('contact_no_key')
    expect((await field.visit(doc))?.contacts).toEqual({ key: 'no', numbers: {} })
    expect(await stored(store)).not.toContain(NUMBER)
  })

  test('that was enrolled by an older app gets the key at its next contact, and asks once', async () => {
    const first = await enrolled(enrolling(KEY))
    await first.store.write({ singles: { contacts: undefined } })
    let asked = 0
    const hub: Answer = (path) => {
      if (path === '/v1/me') asked += 1
      if (path === '/v1/me') return json(200, { ...user('grid_worker'), contact_key: KEY })
      return dead(path)
    }
    const { field, store, answer } = await phone(first.name, dead)
    expect((await field.visit(first.doc))?.contacts.key).toBe('later')
    await expect(field.edit(first.doc, { edit: 'put_entry', collection: 'parties', id: first.party, fields: { contact: NUMBER } })).rejects.toThrow('contact_no_key')
    answer(hub)
    await field['contacts'].refresh()
    await field['contacts'].refresh()
    expect(asked).toBe(1)
    expect((await field.visit(first.doc))?.contacts.key).toBe('here')
    expect((await store.single('contacts'))?.person).toBe(id(5))
  })

  test('whose person handles tickets no more loses the key when it hears so', async () => {
    const { field, store, answer, write, doc } = await enrolled(enrolling(KEY))
    await write(NUMBER)
    answer((path) => (path === '/v1/me' ? json(200, user('volunteer')) : dead(path)))
    await field['contacts'].refresh()
    expect(await store.single('contacts')).toEqual({ person: id(5), key: null })
    expect((await field.visit(doc))?.contacts).toEqual({ key: 'no', numbers: {} })
  })

  test('leaves a number sealed that another window has to write', async () => {
    const { name, doc, party } = await enrolled(enrolling(KEY))
    const left = new LeftOver(() => Store.beside(name))
    const second = await phone(name, dead)
    await left.edit(doc, { edit: 'put_entry', collection: 'parties', id: party, fields: { contact: NUMBER } }, { contact: null })
    expect(await stored(second.store)).not.toContain(NUMBER)
    await second.field.takeLeft()
    const page = await second.field.visit(doc)
    expect(page?.left).toEqual([])
    expect(Object.values(page?.contacts.numbers ?? {})).toEqual([NUMBER])
    await vi.waitFor(async () => expect(await second.store.left()).toEqual([]))
  })
})
