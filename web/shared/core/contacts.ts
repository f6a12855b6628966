// By which numbers parties can be reached (S49): sealed in the record, because everybody who sees the ticket holds it.
// The construction and its source stand in server/basis/src/contact.rs; both make the same bytes of the same number.

import { hex } from '../hex'
import type { ContactsPage } from './api'
import type { Hub } from './hub'
import type { LeftRow } from './left'
import { joined } from './seal'
import type { Store } from './store'
import type { Edit, RecordView } from './views'

type Bytes = Uint8Array<ArrayBuffer>

/** The key of the sub-district. The browser keeps both halves and shows them to nobody, this app included. */
export interface ContactKey {
  cipher: CryptoKey
  /** Makes the nonce from what is sealed. */
  naming: CryptoKey
}

/** What the hub said when it was last asked: no key for roles that do not handle tickets. */
export interface KnownContacts {
  person: string
  key: ContactKey | null
}

const VERSION = 1
const NONCE = 12
/** Most characters of a number, and the bytes that they are filled up to so that their count is not told. */
const CHARACTERS = 20
const PLAIN = CHARACTERS * 4
const LENGTH = 1 + NONCE + PLAIN + 16

/** Whether this is the text form of something sealed: no number is as long. */
export const isSealed = (value: unknown): value is string => typeof value === 'string' && value.length === LENGTH * 2

/** The key out of what the hub gives: 32 bytes that encrypt and 32 that make nonces, in hexadecimal. */
export async function contactKey(given: string): Promise<ContactKey> {
  const bytes = bytesOf(given)
  if (bytes.byteLength !== 64) throw new Error('contact_key_unreadable: ')
  const [cipher, naming] = await Promise.all([
    crypto.subtle.importKey('raw', bytes.slice(0, 32), 'AES-GCM', false, ['encrypt', 'decrypt']),
    crypto.subtle.importKey('raw', bytes.slice(32), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
  ])
  return { cipher, naming }
}

/** The number of a party in a record, sealed. */
export async function sealContact(key: ContactKey, number: string, doc: string, party: string): Promise<string> {
  const text = new TextEncoder().encode(number)
  if (text.byteLength === 0 || [...number].length > CHARACTERS || text.includes(0)) throw new Error('contact_too_long: ')
  const plain = new Uint8Array(PLAIN)
  plain.set(text)
  const bound = boundTo(doc, party)
  const nonce = await nonceOf(key, bound, plain)
  const content = await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: bound }, key.cipher, plain)
  return hex(joined([Uint8Array.of(VERSION), nonce, new Uint8Array(content)]))
}

/** The number that was sealed for this party of this record; `null` for anything else. */
export async function openContact(key: ContactKey, sealed: string, doc: string, party: string): Promise<string | null> {
  const bytes = bytesOf(sealed)
  if (bytes.byteLength !== LENGTH || bytes[0] !== VERSION) return null
  const [nonce, bound] = [bytes.slice(1, 1 + NONCE), boundTo(doc, party)]
  try {
    const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData: bound }, key.cipher, bytes.slice(1 + NONCE))
    const plain = new Uint8Array(opened)
    if (hex(await nonceOf(key, bound, plain)) !== hex(nonce)) return null
    const end = plain.findLastIndex((byte) => byte !== 0) + 1
    const number = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain.subarray(0, end))
    return number !== '' && !number.includes('\0') ? number : null
  } catch {
    return null
  }
}

const boundTo = (doc: string, party: string): Bytes => new TextEncoder().encode(`warmline contact ${VERSION}\n${doc}\n${party}\n`)

const nonceOf = async (key: ContactKey, bound: Bytes, plain: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.sign('HMAC', key.naming, joined([bound, plain]))).slice(0, NONCE)

const bytesOf = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** An edit as it may be stored: a number that was typed is sealed first. Nothing is written in clear. */
export async function sealedEdit(edit: Edit, doc: string, known: KnownContacts | null | undefined): Promise<Edit> {
  if (edit.edit !== 'put_entry' || edit.collection !== 'parties') return edit
  const typed = edit.fields.contact
  if (typed === undefined || typed === null || isSealed(typed)) return edit
  if (!known?.key) throw new Error('contact_no_key: ')
  return { ...edit, fields: { ...edit.fields, contact: await sealContact(known.key, String(typed), doc, edit.id) } }
}

/** Every sealed number that a page of this record shows, with its party. */
function* sealedIn(view: RecordView, left: LeftRow[]): Generator<[party: string, sealed: string]> {
  for (const { id, contact } of view.parties ?? []) if (isSealed(contact)) yield [id, contact]
  const partyAt = (path: string) => /^parties\/([^/]+)\/contact$/.exec(path)?.[1]
  const elsewhere = [
    ...view.conflicts.flatMap(({ path, values }) => values.map(({ value }) => [path, value] as const)),
    ...view.aside.map(({ path, recorded }) => [path, recorded] as const),
    ...left.flatMap(({ edit }) => {
      if (edit?.edit === 'settle') return [[edit.path, edit.value] as const]
      return edit?.edit === 'put_entry' ? [[`${edit.collection}/${edit.id}/contact`, edit.fields.contact ?? null] as const] : []
    }),
  ]
  for (const [path, value] of elsewhere) {
    const party = partyAt(path)
    if (party && isSealed(value)) yield [party, value]
  }
}

interface ContactsParts {
  store: Pick<Store, 'single' | 'write'>
  hub: Pick<Hub, 'authorised' | 'current'>
  /** What can be read is another now. */
  changed: () => void
}

/** The phone's key for numbers of parties, and what it opens. */
export class Contacts {
  private known: KnownContacts | null = null
  private opened = new Map<string, string | null>()
  /** For whom the hub was asked since the app started. */
  private asked = ''

  constructor(private readonly parts: ContactsParts) {}

  async load(): Promise<void> {
    this.use((await this.parts.store.single('contacts')) ?? null)
  }

  /** Goes on with what is stored by now. */
  use(known: KnownContacts | null): void {
    this.known = known
    this.opened.clear()
  }

  /** Asks the hub once after each start and sign-in: a role may have changed, and an older app was given no key. */
  async refresh(): Promise<void> {
    const session = this.parts.hub.current()
    if (!session || this.asked === session.person) return
    const answer = await this.parts.hub.authorised('/v1/me')
    if (!answer.ok) return
    const { id, contact_key } = (await answer.json()) as { id?: string; contact_key?: string }
    // Somebody else may have signed in while the hub answered.
    if (id !== session.person || this.parts.hub.current()?.person !== id) return
    const known: KnownContacts = { person: id, key: contact_key ? await contactKey(contact_key) : null }
    await this.parts.store.write({ singles: { contacts: known } })
    this.asked = id
    this.use(known)
    this.parts.changed()
  }

  /** The edit as it may be stored. */
  sealed(edit: Edit, doc: string): Promise<Edit> {
    return sealedEdit(edit, doc, this.mine())
  }

  /** What a page of this record may show. */
  async page(view: RecordView, left: LeftRow[]): Promise<ContactsPage> {
    const known = this.mine()
    if (!known?.key) return { key: known ? 'no' : 'later', numbers: {} }
    const numbers: ContactsPage['numbers'] = {}
    for (const [party, sealed] of sealedIn(view, left)) numbers[sealed] = await this.open(known.key, sealed, view.doc, party)
    return { key: 'here', numbers }
  }

  private async open(key: ContactKey, sealed: string, doc: string, party: string): Promise<string | null> {
    const name = `${doc}/${party}/${sealed}`
    const opened = this.opened.get(name)
    if (opened !== undefined) return opened
    const number = await openContact(key, sealed, doc, party)
    this.opened.set(name, number)
    return number
  }

  /** What was said of the person who uses the phone now. */
  private mine(): KnownContacts | null {
    return this.known?.person === this.parts.hub.current()?.person ? this.known : null
  }
}
