import type { Hub } from './hub'
import type { MediaLane } from './media'
import { SEAL } from './shape'
import type { Store } from './store'
import type { ReplicaStatus } from './views'

type Bytes = Uint8Array<ArrayBuffer>

/** Pictures to look at: from this phone first, from the hub when it can be reached. */
export class Album {
  constructor(
    private readonly store: Store,
    private readonly hub: Pick<Hub, 'authorised'>,
    private readonly lane: MediaLane,
    private readonly status: () => Promise<Pick<ReplicaStatus, 'clock_offset_ms' | 'secured_until'>>,
  ) {}

  /** The small picture; one that came from the hub is kept for the next time. */
  async thumb(sha256: string): Promise<Bytes | null> {
    const kept = await this.store.thumb(sha256)
    if (kept) return new Uint8Array(kept)
    const fetched = await this.fetched(sha256, '320')
    if (fetched) await this.store.write({ thumbs: [{ sha256, bytes: fetched }] })
    return fetched
  }

  /** The picture at reading size. */
  async picture(sha256: string): Promise<Bytes | null> {
    const kept = await this.store.bytes(sha256)
    return kept ? new Uint8Array(kept) : this.fetched(sha256, '1600')
  }

  /** What somebody said, as it was recorded. */
  async sound(sha256: string): Promise<Bytes | null> {
    const kept = await this.store.bytes(sha256)
    return kept ? new Uint8Array(kept) : this.fetched(sha256, 'original')
  }

  /**
   * Deletes the full pictures that a backup of the office holds; the small ones stay. Answers the bytes won. Until then
   * this phone may be the only place from which a hub that lost its disk gets them.
   */
  async freeSent(): Promise<number> {
    const { secured_until, clock_offset_ms } = await this.status()
    const secured = (sent_at: number | null) => secured_until !== null && sent_at !== null && sent_at + (clock_offset_ms ?? 0) < secured_until
    const sent = this.lane.all().filter((row) => row.state === 'sent' && row.kept && row.mime !== SEAL && secured(row.sent_at))
    const rows = sent.map((row) => ({ ...row, kept: false }))
    await this.store.write({ media: rows, dropBytes: rows.map((row) => row.sha256) })
    this.lane.stored(rows)
    return sent.reduce((sum, row) => sum + row.size, 0)
  }

  private async fetched(sha256: string, size: string): Promise<Bytes | null> {
    try {
      const answer = await this.hub.authorised(`/v1/media/${sha256}?size=${size}`)
      return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null
    } catch {
      return null
    }
  }
}
