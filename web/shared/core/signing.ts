import { sha256 as hashOf } from '../hex'
import { ulid } from '../ulid'
import type { AttendAsked, SignAsked } from './api'
import type { Keeper } from './keeper'
import type { MediaLane } from './media'
import { freshSeal } from './shape'
import type { Change, Session, Store } from './store'
import type { Agreement, Edit, Sealed, Value } from './views'

/** Room that must be left beside a drawn name, so that the record itself can still be written, bytes. */
const SPARE = 1024 * 1024

interface SigningParts {
  store: Pick<Store, 'hasRoom'>
  keeper: Keeper
  lane: MediaLane
  session: () => Session
  now: () => number
}

/** Signatures under a mediation, and names on the list of those who came. */
export class Signing {
  constructor(private readonly parts: SigningParts) {}

  /**
   * Writes a signature over the content that was shown. A drawn name is sealed, and its bytes and its entry are stored in
   * one transaction. The core refuses it when other words stand there by then.
   */
  async sign(doc: string, asked: SignAsked): Promise<void> {
    const { keeper, session, now } = this.parts
    const { device, person } = session()
    const { content, capacity, signer, method } = asked
    const { content: there } = await keeper.read((replica) => JSON.parse(replica.agreement(doc, now())) as Agreement)
    if (there !== content) throw new Error('content_changed: ')
    const id = ulid(now())
    const at = now()
    const fields: Record<string, Value> = { capacity, signer, content, algorithm: 'sha-256', method, at, by: person, device }
    if (asked.method === 'refused') fields.reason = asked.reason
    else if (asked.method !== 'glass') fields.photo = asked.photo
    const beside = asked.method === 'glass' ? await this.sealed(id, { ...this.drawn(doc, asked, at), capacity: capacity === 'mediator' ? 'mediator' : 'party', signer }) : null
    if (beside) fields.sealed = beside.sha256
    await this.put(doc, { edit: 'put_entry', collection: 'signatures', id, fields }, beside?.change)
  }

  /** Somebody who was invited came, and wrote their name. */
  async attend(doc: string, asked: AttendAsked): Promise<void> {
    const at = this.parts.now()
    const { sha256, change } = await this.sealed(asked.invitee, { ...this.drawn(doc, asked, at), capacity: 'attendance', signer: asked.invitee })
    await this.put(doc, { edit: 'put_entry', collection: 'invitees', id: asked.invitee, fields: { attendance: 'present', at, sealed: sha256 } }, change)
  }

  private drawn(document: string, { content, name, strokes }: Pick<Sealed, 'content' | 'name' | 'strokes'>, at: number) {
    const { device, person } = this.parts.session()
    return { document, content, algorithm: 'sha-256' as const, name, strokes, at, by: person, device }
  }

  private async sealed(of: string, sealed: Sealed): Promise<{ sha256: string; change: Omit<Change, 'batch'> }> {
    const { keeper, lane, store, now } = this.parts
    const bytes = await keeper.read((replica) => replica.seal(JSON.stringify(sealed)))
    if (!(await store.hasRoom(bytes.byteLength + SPARE))) throw new Error('storage_full: ')
    const sha256 = await hashOf(bytes)
    const row = lane.using(sha256, { doc: sealed.document, photo: of }, () => freshSeal(sha256, bytes.byteLength, now()))
    return { sha256, change: { media: [row], bytes: [{ sha256, bytes }] } }
  }

  private async put(doc: string, edit: Edit, change: Omit<Change, 'batch'> = {}): Promise<void> {
    const { keeper, lane, now } = this.parts
    await keeper.change((replica) => replica.edit(doc, JSON.stringify(edit), now()), change)
    lane.stored(change.media ?? [])
  }
}
