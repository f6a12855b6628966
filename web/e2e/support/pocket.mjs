// A phone without a screen: the core of the apps in this process, on the routes that phones use. For stories that are not
// about the form in which somebody wrote something.

import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { WEB } from './build.mjs'

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A fresh id. */
export function ulid(now = Date.now()) {
  let time = ''
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = LETTERS[rest % 32] + time
  return time + [...randomBytes(16)].map((byte) => LETTERS[byte % 32]).join('')
}

async function core() {
  const module = await import(new URL('../../wasm/core_wasm.js', import.meta.url))
  await module.default({ module_or_path: await readFile(`${WEB}wasm/core_wasm_bg.wasm`) })
  return module
}

export class Pocket {
  #replica
  #bearer
  #contacts

  /** A new phone of the person called `name`. */
  static async of(world, { username, person }) {
    const desk = await world.desk()
    const { items } = await desk.call('GET', `/people?query=${encodeURIComponent(person)}`)
    const { code } = await desk.call('POST', `/people/${items[0].id}/enrolment`)
    const pocket = new Pocket()
    pocket.origin = world.origin
    const answer = await pocket.#post('/v1/enrol', JSON.stringify({ code, password: world.passwords.get(username), device_name: `${person}的手机`, app_version: '1.0.0' }), 'application/json')
    const { access, device, user, contact_key } = await answer.json()
    pocket.#contacts = Buffer.from(contact_key ?? '', 'hex')
    pocket.#bearer = access
    const { Replica } = await core()
    pocket.#replica = new Replica(randomBytes(32))
    pocket.#replica.start_session(JSON.stringify({ device, person: user.id, name: user.name, role: user.role, tenant: user.tenant.id }))
    pocket.person = user.id
    pocket.device = device
    return pocket
  }

  async #post(path, body, type) {
    const answer = await fetch(`${this.origin}${path}`, { method: 'POST', headers: { 'Content-Type': type, ...(this.#bearer ? { Authorization: `Bearer ${this.#bearer}` } : {}) }, body })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }

  /** Asks until both sides have said everything. */
  async sync() {
    for (let round = 0; round < 40; round++) {
      const answer = await this.#post('/v1/sync', this.#replica.request(262_144, Date.now(), '1.0.0', 0), 'application/cbor')
      const bytes = new Uint8Array(await answer.arrayBuffer())
      let again = false
      for (let at = 0; at + 4 <= bytes.length; ) {
        const length = new DataView(bytes.buffer, at).getUint32(0)
        if (length) {
          const event = JSON.parse(this.#replica.receive(bytes.slice(at + 4, at + 4 + length), Date.now()).event)
          again ||= event.resync === true || event.more === true
        }
        at += 4 + length
      }
      const { queued, received, refused, quarantined } = JSON.parse(this.#replica.status())
      if (refused || quarantined) throw new Error(`${refused} refused, ${quarantined} put aside`)
      if (!again && !queued && !received) return
      if (!again) await new Promise((done) => setTimeout(done, 100))
    }
    throw new Error('the hub and the phone did not come to an end')
  }

  begin(kind, ticket) {
    const doc = ulid()
    this.#replica.begin(kind, doc, ticket, Date.now())
    return doc
  }

  #edit(doc, edit) {
    this.#replica.edit(doc, JSON.stringify(edit), Date.now())
  }

  set(doc, field, value) {
    this.#edit(doc, { edit: 'set_field', field, value })
  }

  /** Writes an entry; answers its id. */
  put(doc, collection, fields, id = ulid()) {
    this.#edit(doc, { edit: 'put_entry', collection, id, fields })
    return id
  }

  /** Writes the number of a party, sealed as docs/PROTOCOL.md tells it. */
  reach(doc, party, number) {
    const bound = `warmline contact 1\n${doc}\n${party}\n`
    const plain = Buffer.alloc(80)
    plain.write(number)
    const nonce = createHmac('sha256', this.#contacts.subarray(32)).update(bound).update(plain).digest().subarray(0, 12)
    const cipher = createCipheriv('aes-256-gcm', this.#contacts.subarray(0, 32), nonce).setAAD(Buffer.from(bound))
    const sealed = Buffer.concat([Buffer.of(1), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
    this.put(doc, 'parties', { contact: sealed.toString('hex') }, party)
  }

  /** Somebody signs a mediation as it stands there now; `proof` is what shows it. */
  sign(doc, capacity, signer, proof = { method: 'glass', sealed: randomBytes(32).toString('hex') }) {
    const content = createHash('sha256').update(this.#replica.content(doc)).digest('hex')
    return this.put(doc, 'signatures', { capacity, signer, content, algorithm: 'sha-256', at: Date.now(), by: this.person, ...proof })
  }

  /** Somebody signs on the glass: the drawn name is sealed and sent, as a phone does it. */
  async draw(doc, capacity, signer, name) {
    const content = createHash('sha256').update(this.#replica.content(doc)).digest('hex')
    const strokes = [[1_000, 2_000, 5_000, 8_000, 9_000, 2_500], [500, 9_000, 9_500, 9_000]]
    const sealed = { document: doc, content, algorithm: 'sha-256', capacity, signer, name, strokes, at: Date.now(), by: this.person, device: this.device }
    return this.sign(doc, capacity, signer, { method: 'glass', sealed: await this.send(this.#replica.seal(JSON.stringify(sealed))) })
  }

  /** Sends a photo or a drawn name; answers its hash. */
  async send(bytes) {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const headers = { Authorization: `Bearer ${this.#bearer}`, 'Content-Type': 'application/partial-upload', 'Upload-Offset': '0', 'Upload-Complete': '?1', 'Upload-Length': String(bytes.length) }
    const answer = await fetch(`${this.origin}/v1/media/${sha256}`, { method: 'PATCH', headers, body: bytes })
    if (!answer.ok) throw new Error(`/v1/media: ${answer.status} ${await answer.text()}`)
    return sha256
  }
}
