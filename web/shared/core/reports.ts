import type { Shot } from '../photo'
import { ulid } from '../ulid'
import type { PhotoAsked, ReportDraft, ReportWords } from './api'
import type { Camera, Kept } from './camera'
import type { Keeper } from './keeper'
import type { MediaLane } from './media'
import { quietly, told } from './problem'
import type { Store, StoredReport } from './store'
import type { Edit } from './views'

/** So long a report can be taken back after it was given, ms. It is written once: later nobody can. */
export const GRACE = 10_000

interface ReportsParts {
  store: Pick<Store, 'single' | 'write' | 'bytes' | 'thumb'>
  keeper: Keeper
  lane: Pick<MediaLane, 'stored' | 'row'>
  camera: Camera
  person: () => string
  /** A report was written into its record. */
  saved: () => void
  /** What is shown of one changed. */
  changed: () => void
  now: () => number
  grace?: number | undefined
}

const shown = ({ party, clause, text, shot, leaves_at, why }: StoredReport): ReportDraft => ({ party, clause, text, photo: shot?.sha256 ?? null, leaves_at, why })

/** Reports that are being written: one for each record, kept at every word, and handed over whole. */
export class Reports {
  private readonly drafts = new Map<string, StoredReport>()
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>()
  private last: Promise<unknown> = Promise.resolve()

  constructor(private readonly parts: ReportsParts) {}

  /** Goes on with what was written before the app was closed; what had been given leaves now. */
  async load(): Promise<void> {
    this.clear()
    for (const draft of (await this.parts.store.single('reports')) ?? []) this.drafts.set(draft.doc, draft)
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

  of(doc: string): ReportDraft | null {
    const draft = this.drafts.get(doc)
    return draft ? shown(draft) : null
  }

  /** Keeps words, gives the report (`leaves`) or takes it back. */
  write(doc: string, { leaves, photo, ...words }: ReportWords): Promise<ReportDraft> {
    return this.inTurn(async () => {
      const next: StoredReport = { ...this.begun(doc), ...words, why: null }
      if (photo === null) next.shot = null
      if (leaves !== undefined) next.leaves_at = leaves ? this.parts.now() + this.grace : null
      await this.keep(next)
      this.wait(next)
      return shown(next)
    })
  }

  /** A photo for the report; it goes with it, and not before. */
  async photograph(doc: string, file: Blob, asked: PhotoAsked): Promise<ReportDraft> {
    const shot = await this.parts.camera.shoot(file, asked.lines)
    return this.inTurn(async () => {
      const { bytes, thumb, ...known } = shot
      const next: StoredReport = { ...this.begun(doc), shot: known, asked, why: null }
      await this.keep(next, { bytes, thumb })
      return shown(next)
    })
  }

  /** Everything that was given leaves now: the app goes out of sight, or the phone is signed out. */
  async leaveAll(): Promise<void> {
    const given = [...this.drafts.values()].filter(({ leaves_at }) => leaves_at !== null)
    for (const { doc } of given) await this.leave(doc)
  }

  private get grace(): number {
    return this.parts.grace ?? GRACE
  }

  private begun(doc: string): StoredReport {
    return this.drafts.get(doc) ?? { doc, party: '', clause: '', text: '', shot: null, asked: null, leaves_at: null, why: null }
  }

  private async keep(draft: StoredReport, picture?: Pick<Shot, 'bytes' | 'thumb'>): Promise<void> {
    const { store, lane, changed } = this.parts
    const rest = [...this.drafts.values()].filter(({ doc }) => doc !== draft.doc)
    const [before, sha256] = [this.drafts.get(draft.doc)?.shot?.sha256, draft.shot?.sha256]
    // A picture that a record holds too stays.
    const isDropped = before !== undefined && before !== sha256 && lane.row(before) === undefined
    const pictures = picture && sha256 ? { bytes: [{ sha256, bytes: picture.bytes }], thumbs: [{ sha256, bytes: picture.thumb }] } : {}
    await store.write({ singles: { reports: [...rest, draft] }, ...(isDropped ? { dropBytes: [before] } : {}), ...pictures })
    this.drafts.set(draft.doc, draft)
    changed()
  }

  private wait({ doc, leaves_at }: StoredReport): void {
    clearTimeout(this.timers.get(doc))
    this.timers.delete(doc)
    if (leaves_at !== null) this.timers.set(doc, setTimeout(() => quietly(this.leave(doc)), Math.max(0, leaves_at - this.parts.now())))
  }

  /** Writes a report that was given into its record, with its photo, in one transaction. */
  private leave(doc: string): Promise<void> {
    return this.inTurn(async () => {
      clearTimeout(this.timers.get(doc))
      this.timers.delete(doc)
      const draft = this.drafts.get(doc)
      if (!draft || draft.leaves_at === null) return
      const { keeper, lane, now } = this.parts
      const rest = [...this.drafts.values()].filter((one) => one.doc !== doc)
      let kept: Kept | null
      try {
        kept = await this.pictured(draft)
        const edits = this.edits(draft, kept)
        await keeper.change((replica) => edits.flatMap((edit) => replica.edit(doc, JSON.stringify(edit), now())), { ...kept?.change, singles: { reports: rest.length ? rest : undefined } })
      } catch (error) {
        // It stays what it was: words that their person can give again.
        await this.keep({ ...draft, leaves_at: null, why: told(error).code })
        return
      }
      this.drafts.delete(doc)
      if (kept) lane.stored([kept.row])
      this.parts.saved()
    })
  }

  private async pictured({ doc, shot, asked }: StoredReport): Promise<Kept | null> {
    if (!shot || !asked) return null
    const { store, camera } = this.parts
    const [bytes, thumb] = await Promise.all([store.bytes(shot.sha256), store.thumb(shot.sha256)])
    if (!bytes || !thumb) throw new Error('photo_missing: ')
    return camera.place(doc, { ...shot, bytes: new Uint8Array(bytes), thumb: new Uint8Array(thumb) }, asked)
  }

  private edits({ party, clause, text }: StoredReport, kept: Kept | null): Edit[] {
    const at = this.parts.now()
    const fields = { party, clause, text, at, by: this.parts.person(), ...(kept ? { photo: kept.photo } : {}) }
    const report: Edit = { edit: 'put_entry', collection: 'reports', id: ulid(at), fields }
    return kept ? [kept.edit, report] : [report]
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.last.then(act)
    this.last = turn.catch(() => undefined)
    return turn
  }
}
