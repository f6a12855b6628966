import type { Shot } from '../photo'
import { ulid } from '../ulid'
import type { FindDraft, FindWords, PhotoAsked } from './api'
import type { Camera, Kept } from './camera'
import type { Keeper } from './keeper'
import type { MediaLane } from './media'
import { quietly, told } from './problem'
import { GRACE } from './reports'
import type { Session, Store, StoredFind } from './store'
import type { Edit, Value } from './views'

/** The form of a find: it comes with the app (sync-core/src/form/shipped/find.txt). */
const FORM = 'find/1'
/** Characters of a line of a record. */
const LINE = 200

interface FindsParts {
  store: Pick<Store, 'single' | 'write' | 'bytes' | 'thumb'>
  keeper: Keeper
  lane: Pick<MediaLane, 'stored' | 'row'>
  camera: Camera
  session: () => Session
  /** A find was written as a record. */
  saved: () => void
  /** What is shown of one changed. */
  changed: () => void
  now: () => number
  grace?: number | undefined
}

const shown = ({ shots, ...rest }: StoredFind): FindDraft => ({ ...rest, photos: shots.map(({ shot }) => shot.sha256) })
const line = (text: string): string => [...text.trim()].slice(0, LINE).join('')

/**
 * 发现问题: what was found on a round is a draft of this phone alone, kept at every word. When it is given it becomes a record
 * that is its own ticket, whole and in one transaction; until a few seconds later it can be taken back.
 */
export class Finds {
  private drafts = new Map<string, StoredFind>()
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>()
  private last: Promise<unknown> = Promise.resolve()

  constructor(private readonly parts: FindsParts) {}

  /** Goes on with what was written before the app was closed; what had been given leaves now. */
  async load(): Promise<void> {
    this.clear()
    for (const draft of (await this.parts.store.single('finds')) ?? []) this.drafts.set(draft.id, draft)
    // The page may have asked before they were here.
    if (this.drafts.size > 0) this.parts.changed()
    await this.leaveAll()
  }

  /** Somebody else uses the phone, or nobody. */
  clear(): void {
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.timers.clear()
    this.drafts.clear()
  }

  all(): FindDraft[] {
    return [...this.drafts.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).map(shown)
  }

  /** Keeps words, gives the find (`leaves`) or takes it back; `null` begins one. */
  write(id: string | null, { leaves, without, ...words }: FindWords): Promise<FindDraft> {
    return this.inTurn(async () => {
      const next: StoredFind = { ...this.begun(id), ...words, why: null }
      if (without !== undefined) next.shots = next.shots.filter(({ shot }) => shot.sha256 !== without)
      if (leaves !== undefined) next.leaves_at = leaves ? this.parts.now() + (this.parts.grace ?? GRACE) : null
      await this.keep(next, { drop: without })
      this.wait(next)
      return shown(next)
    })
  }

  /** One picture more. */
  async photograph(id: string | null, file: Blob, asked: PhotoAsked): Promise<FindDraft> {
    const { bytes, thumb, ...shot } = await this.parts.camera.shoot(file, asked.lines)
    return this.inTurn(async () => {
      const begun = this.begun(id)
      const rest = begun.shots.filter((one) => one.shot.sha256 !== shot.sha256)
      const next: StoredFind = { ...begun, fix: asked.fix ?? begun.fix, shots: [...rest, { shot, asked }], why: null }
      await this.keep(next, { picture: { sha256: shot.sha256, bytes, thumb } })
      return shown(next)
    })
  }

  /** Throws a draft away. */
  drop(id: string): Promise<void> {
    return this.inTurn(async () => {
      const draft = this.drafts.get(id)
      if (!draft) return
      const gone = draft.shots.map(({ shot }) => shot.sha256).filter((sha256) => this.parts.lane.row(sha256) === undefined)
      await this.parts.store.write({ singles: { finds: this.without(id) }, dropBytes: gone })
      this.forget(id)
      this.parts.changed()
    })
  }

  /** Everything that was given leaves now: the app goes out of sight, or the phone is signed out. */
  async leaveAll(): Promise<void> {
    const given = [...this.drafts.values()].filter(({ leaves_at }) => leaves_at !== null)
    for (const { id } of given) await this.leave(id)
  }

  private begun(id: string | null): StoredFind {
    const known = id === null ? undefined : this.drafts.get(id)
    return known ?? { id: id ?? ulid(this.parts.now()), kind: '', address: '', text: '', fix: null, reason: '', shots: [], leaves_at: null, why: null }
  }

  private without(id: string): StoredFind[] | undefined {
    const rest = [...this.drafts.values()].filter((one) => one.id !== id)
    return rest.length ? rest : undefined
  }

  private forget(id: string): void {
    clearTimeout(this.timers.get(id))
    this.timers.delete(id)
    this.drafts.delete(id)
  }

  private async keep(draft: StoredFind, { picture, drop }: { picture?: Pick<Shot, 'sha256' | 'bytes' | 'thumb'>; drop?: string | undefined } = {}): Promise<void> {
    const { store, lane, changed } = this.parts
    // A picture that a record holds too stays.
    const gone = drop !== undefined && lane.row(drop) === undefined ? [drop] : []
    const pictures = picture ? { bytes: [{ sha256: picture.sha256, bytes: picture.bytes }], thumbs: [{ sha256: picture.sha256, bytes: picture.thumb }] } : {}
    await store.write({ singles: { finds: [...(this.without(draft.id) ?? []), draft] }, dropBytes: gone, ...pictures })
    this.drafts.set(draft.id, draft)
    changed()
  }

  private wait({ id, leaves_at }: StoredFind): void {
    clearTimeout(this.timers.get(id))
    this.timers.delete(id)
    if (leaves_at !== null) this.timers.set(id, setTimeout(() => quietly(this.leave(id)), Math.max(0, leaves_at - this.parts.now())))
  }

  /** Writes a find that was given as a record, with its pictures, in one transaction. */
  private leave(id: string): Promise<void> {
    return this.inTurn(async () => {
      const draft = this.drafts.get(id)
      if (!draft || draft.leaves_at === null) return
      const { keeper, lane, now } = this.parts
      const kept: Kept[] = []
      try {
        for (const one of draft.shots) kept.push(await this.pictured(id, one))
        const edits = this.edits(draft, kept)
        const beside = { media: kept.flatMap(({ change }) => change.media ?? []), singles: { finds: this.without(id) } }
        await keeper.change((replica) => {
          const at = now()
          return [replica.begin('visit', id, id, at), ...edits.map((edit) => replica.edit(id, JSON.stringify(edit), at))].flat()
        }, beside)
      } catch (error) {
        // It stays what it was: words that their person can give again.
        await this.keep({ ...draft, leaves_at: null, why: told(error).code })
        return
      }
      this.forget(id)
      lane.stored(kept.map(({ row }) => row))
      this.parts.saved()
    })
  }

  private async pictured(id: string, { shot, asked }: StoredFind['shots'][number]): Promise<Kept> {
    const { store, camera } = this.parts
    const [bytes, thumb] = await Promise.all([store.bytes(shot.sha256), store.thumb(shot.sha256)])
    if (!bytes || !thumb) throw new Error('photo_missing: ')
    return camera.place(id, { ...shot, bytes: new Uint8Array(bytes), thumb: new Uint8Array(thumb) }, asked)
  }

  private edits({ kind, address, text, fix, reason }: StoredFind, kept: Kept[]): Edit[] {
    const { session, now } = this.parts
    const { person, role } = session()
    const at = now()
    const put = (collection: 'participants' | 'arrivals', fields: Record<string, Value>): Edit => ({ edit: 'put_entry', collection, id: ulid(at), fields })
    const place: Record<string, Value> = fix && !reason ? { source: 'gps', lat_e7: fix.lat_e7, lon_e7: fix.lon_e7, accuracy_m: fix.accuracy_m } : { source: 'hand', reason: line(reason) }
    return [
      { edit: 'set_field', field: 'form', value: FORM },
      put('participants', { user: person, role, joined_at: at }),
      put('arrivals', { at, by: person, address: line(address), ...place }),
      { edit: 'set_field', field: 'finding_kind', value: kind },
      { edit: 'set_field', field: 'address', value: line(address) },
      ...(text.trim() ? [{ edit: 'set_note', note: 'finding', text: text.trim() } as Edit] : []),
      ...kept.map(({ edit }) => edit),
      { edit: 'mark', id: ulid(at), kind: 'submit', by: person },
    ]
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.last.then(act)
    this.last = turn.catch(() => undefined)
    return turn
  }
}
