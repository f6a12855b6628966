import { differing, isAlike } from '../likeness'
import type { UsedPhoto } from './api'
import type { Entry, RecordView, TicketRow, VisitRow } from './views'

interface UsedParts {
  visits: () => Promise<VisitRow[]>
  view: (doc: string) => Promise<RecordView>
  ticket: (id: string) => Promise<TicketRow | undefined>
}

/** What is told at most: more of them say nothing new. */
const MOST = 3
/** Records with photos that are read, the newest first: each takes a millisecond, and somebody waits. The office looks through all. */
const MOST_READ = 500

const word = (entry: Entry, name: string) => (typeof entry[name] === 'string' ? entry[name] : '')

/** Photos that were used before, by all that this phone knows: offline, while the person still stands before the thing. */
export class Used {
  /** What was read of records, by document, as long as they do not change. */
  private readonly read = new Map<string, { version: string; photos: Entry[] }>()

  constructor(private readonly parts: UsedParts) {}

  /** Other photos that show the same as this one: those of the same file first, then the most alike. */
  async before(doc: string, photo: string): Promise<UsedPhoto[]> {
    const own = (await this.parts.view(doc)).photos.find(({ id }) => id === photo)
    if (!own) return []
    const found: UsedPhoto[] = []
    const rows = (await this.parts.visits()).filter((row) => !row.damaged && row.photos.length > 0).sort((a, b) => b.changed_at - a.changed_at)
    for (const row of rows.slice(0, MOST_READ)) {
      for (const other of await this.photos(row)) {
        if (other.removed || other.id === photo) continue
        const file = isFile(own, other)
        // Before and after of one spot look alike, and so they should.
        if (!file && (row.doc === doc || !isAlike(word(own, 'likeness'), word(other, 'likeness')))) continue
        found.push({ doc: row.doc, photo: other.id, ...(await this.named(row)), at: typeof other.taken_at === 'number' ? other.taken_at : row.changed_at, file, bits: file ? 0 : (differing(word(own, 'likeness'), word(other, 'likeness')) ?? 0) })
      }
    }
    return found.sort((a, b) => Number(b.file) - Number(a.file) || a.bits - b.bits || b.at - a.at).slice(0, MOST)
  }

  private async named(row: VisitRow) {
    const ticket = await this.parts.ticket(row.ticket)
    return { ticket: ticket?.upstream_no || ticket?.title || '', place: row.place }
  }

  private async photos(row: VisitRow): Promise<Entry[]> {
    const version = `${row.changed_at}/${row.queued}/${row.photos.length}`
    const known = this.read.get(row.doc)
    if (known?.version === version) return known.photos
    const { photos } = await this.parts.view(row.doc)
    this.read.set(row.doc, { version, photos })
    return photos
  }
}

const isFile = (a: Entry, b: Entry) => ['sha256', 'original_sha256'].some((name) => word(a, name) !== '' && word(a, name) === word(b, name))
