import { PhotoRefused, prepared, type Shot } from '../photo'
import { ulid } from '../ulid'
import type { PhotoAsked } from './api'
import type { MediaLane } from './media'
import { fresh, photoFields } from './shape'
import type { Change, MediaRow, Store } from './store'
import type { Edit } from './views'

/** Room that must be left beside a photo, so that the record itself can still be written, bytes. */
const SPARE = 4 * 1024 * 1024

interface CameraParts {
  store: Pick<Store, 'hasRoom'>
  lane: Pick<MediaLane, 'using'>
  /** Makes a camera file into what is kept. */
  shoot?: ((file: Blob, lines: string[]) => Promise<Shot>) | undefined
  isUrgent: (doc: string) => Promise<boolean>
  now: () => number
}

/** A photo's place in its record, its row, and what is stored in the same transaction. */
export interface Kept {
  photo: string
  edit: Edit
  row: MediaRow
  change: Pick<Change, 'media' | 'bytes' | 'thumbs'>
}

/** Makes camera files into what a record keeps. */
export class Camera {
  constructor(private readonly parts: CameraParts) {}

  /** A file of the camera, smaller and marked; refused while the person still stands before the thing. */
  async shoot(file: Blob, lines: string[]): Promise<Shot> {
    const shot = await (this.parts.shoot ?? prepared)(file, lines)
    if (!(await this.parts.store.hasRoom(shot.bytes.byteLength + SPARE))) throw new PhotoRefused('storage_full')
    return shot
  }

  /** What is written for a photo of a record: its bytes, its small picture and its place in one transaction. */
  async place(doc: string, shot: Shot, asked: PhotoAsked): Promise<Kept> {
    const { lane, isUrgent, now } = this.parts
    const photo = ulid(now())
    const urgent = await isUrgent(doc)
    const row = lane.using(shot.sha256, { doc, photo }, () => fresh(shot, now(), urgent))
    const edit: Edit = { edit: 'put_entry', collection: 'photos', id: photo, fields: photoFields(photo, shot, asked) }
    const { sha256, bytes, thumb } = shot
    return { photo, edit, row, change: { media: [row], bytes: [{ sha256, bytes }], thumbs: [{ sha256, bytes: thumb }] } }
  }
}
