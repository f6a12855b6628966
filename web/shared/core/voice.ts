import { sha256 } from '../hex'
import { ulid } from '../ulid'
import type { VoiceAsked } from './api'
import type { MediaLane } from './media'
import { freshVoice } from './shape'
import type { Change, MediaRow, Store } from './store'
import type { Edit } from './views'

/** Containers that browsers record into and the office takes, the lightest first. */
export const CONTAINERS = ['audio/webm', 'audio/ogg', 'audio/mp4'] as const
/** Longest voice note, ms: `limits::VOICE_MILLIS` of the core. */
export const MOST_MILLIS = 180_000
/** The office takes no heavier one, bytes: `sound::MAX_BYTES` of the hub. */
const MOST_BYTES = 6 * 1024 * 1024
/** Room that must be left beside a voice note, so that the record itself can still be written, bytes. */
const SPARE = 1024 * 1024

interface VoiceParts {
  store: Pick<Store, 'hasRoom'>
  lane: Pick<MediaLane, 'using'>
  now: () => number
}

/** What is written for a voice note of a record, in one transaction. */
export interface KeptVoice {
  edit: Edit
  row: MediaRow
  change: Pick<Change, 'media' | 'bytes'>
}

/** Makes what was said into what a record keeps. */
export class Voice {
  constructor(private readonly parts: VoiceParts) {}

  async place(doc: string, file: Blob, { duration_ms, taken_at }: VoiceAsked): Promise<KeptVoice> {
    const { lane, store, now } = this.parts
    const mime = CONTAINERS.find((container) => file.type.startsWith(container))
    if (!mime || file.size === 0) throw new Error('voice_unreadable: ')
    if (file.size > MOST_BYTES) throw new Error('voice_too_long: ')
    if (!(await store.hasRoom(file.size + SPARE))) throw new Error('storage_full: ')
    const bytes = new Uint8Array(await file.arrayBuffer())
    const hash = await sha256(bytes)
    const id = ulid(now())
    const row = lane.using(hash, { doc, photo: id }, () => freshVoice(hash, bytes.byteLength, mime, now()))
    const duration = Math.min(MOST_MILLIS, Math.max(1, Math.round(duration_ms)))
    const fields = { sha256: hash, bytes: bytes.byteLength, mime, taken_at, role: 'voice', duration_ms: duration, pos: id }
    return { edit: { edit: 'put_entry', collection: 'photos', id, fields }, row, change: { media: [row], bytes: [{ sha256: hash, bytes }] } }
  }
}
