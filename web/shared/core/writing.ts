import type { PhotoAsked, VisitPage, VoiceAsked } from './api'
import type { Camera } from './camera'
import type { Contacts } from './contacts'
import type { Keeper } from './keeper'
import type { LeftRow } from './left'
import type { MediaLane } from './media'
import type { Shelf } from './shelf'
import type { Change, Session } from './store'
import type { Edit } from './views'
import type { Voice } from './voice'

interface WritingParts {
  keeper: Keeper
  lane: MediaLane
  shelf: Shelf
  camera: Camera
  voice: Voice
  contacts: Pick<Contacts, 'sealed'>
  session: () => Session
  /** A round with the office; answers whether it was reached. */
  sync: () => Promise<boolean>
  /** Something was stored that is to go to the office. */
  saved: () => void
  /** Something else is shown, and nothing is to be sent. */
  changed: () => void
  now: () => number
}

/** Writes into records: what one gesture changes is stored in one transaction before anything is shown. */
export class Writing {
  constructor(private readonly parts: WritingParts) {}

  async edit(doc: string, edit: Edit): Promise<VisitPage> {
    await this.write(doc, await this.parts.contacts.sealed(edit, doc))
    this.parts.saved()
    return this.parts.shelf.page(doc)
  }

  /** Puts into the record what another window left. */
  async put({ doc, edit, photo }: LeftRow, beside: Omit<Change, 'batch'>): Promise<void> {
    if (edit) await this.write(doc, edit, beside)
    if (photo) await this.keepPhoto(doc, new Blob([new Uint8Array(photo.bytes)], { type: photo.type }), photo.asked, beside)
  }

  async write(doc: string, edit: Edit, beside: Omit<Change, 'batch'> = {}): Promise<void> {
    const taken = edit.edit === 'remove_entry' || edit.edit === 'restore_entry'
    const rows = taken && edit.collection === 'photos' ? this.parts.lane.removing(doc, edit.id, edit.edit === 'remove_entry') : []
    const signed = edit.edit === 'mark' ? { ...edit, by: this.parts.session().person } : edit
    await this.parts.keeper.change((replica) => replica.edit(doc, JSON.stringify(signed), this.parts.now()), { ...beside, media: rows })
    this.parts.lane.stored(rows)
    if (edit.edit === 'mark') {
      this.parts.shelf.changed(['visits'])
      await this.parts.lane.look()
    }
  }

  async offerAgain(): Promise<boolean> {
    await this.parts.keeper.change((replica) => replica.offer(this.parts.now()))
    return this.parts.sync()
  }

  async rewriteAside(doc: string): Promise<VisitPage> {
    await this.parts.keeper.change((replica) => replica.rewrite(doc, undefined, this.parts.now()))
    this.parts.saved()
    return this.parts.shelf.page(doc)
  }

  async leaveAside(doc: string): Promise<VisitPage> {
    const { aside } = await this.parts.shelf.view(doc)
    await this.parts.keeper.change((replica) => aside.flatMap(({ path }) => replica.leave_aside(doc, path)))
    this.parts.changed()
    return this.parts.shelf.page(doc)
  }

  /** Keeps a photo: its bytes, its small picture and its place in the visit are stored in one transaction. */
  async addPhoto(doc: string, file: Blob, asked: PhotoAsked): Promise<VisitPage> {
    await this.keepPhoto(doc, file, asked)
    this.parts.saved()
    return this.parts.shelf.page(doc)
  }

  private async keepPhoto(doc: string, file: Blob, asked: PhotoAsked, beside: Omit<Change, 'batch'> = {}): Promise<void> {
    const { edit, row, change } = await this.parts.camera.place(doc, await this.parts.camera.shoot(file, asked.lines), asked)
    await this.parts.keeper.change((replica) => replica.edit(doc, JSON.stringify(edit), this.parts.now()), { ...beside, ...change })
    this.parts.lane.stored([row])
  }

  async addVoice(doc: string, file: Blob, asked: VoiceAsked): Promise<VisitPage> {
    const { edit, row, change } = await this.parts.voice.place(doc, file, asked)
    await this.parts.keeper.change((replica) => replica.edit(doc, JSON.stringify(edit), this.parts.now()), change)
    this.parts.lane.stored([row])
    this.parts.saved()
    return this.parts.shelf.page(doc)
  }
}
