import type { PackPage, RecordRow } from './api'
import type { Album } from './album'
import type { Store } from './store'
import type { Entry, Reference, TicketRow } from './views'
import { isDoneInField } from '../lifecycle/rules'

/** Small pictures that are fetched ahead at most, and about how large one is. */
const MOST = 600
const BYTES = 30_000
/** Records whose pictures are fetched ahead at most. */
const READ = 200
/** Between two looks that nobody asked for, ms. */
const EVERY = 10 * 60_000

interface PackParts {
  store: Pick<Store, 'thumbNames' | 'hasRoom'>
  album: Pick<Album, 'thumb'>
  tickets: () => Promise<TicketRow[]>
  records: () => Promise<RecordRow[]>
  /** The photos of a record, and what goes as one. */
  photos: (doc: string) => Promise<Entry[]>
  reference: () => Promise<Reference>
  /** Whether pictures may be fetched on this network without being asked for. */
  allowed: () => boolean
  lastHeard: () => number | null
  sync: () => Promise<boolean>
  now: () => number
}

/** 出门前: whether everything for today's work is on the phone, and the way to get what is missing. */
export class Pack {
  private running: { done: number; total: number } | null = null
  private ongoing: Promise<void> = Promise.resolve()
  private looked = 0
  private readonly pictures = new Map<string, { changed_at: number; names: string[] }>()

  constructor(private readonly parts: PackParts) {}

  async page(): Promise<PackPage> {
    const { tickets, open, records, names } = await this.wanted()
    const { people, units } = await this.parts.reference()
    return {
      heard_at: this.parts.lastHeard(),
      tickets: open.length,
      downloaded: tickets.length > 0 || this.parts.lastHeard() !== null,
      visits: records.length,
      pictures: names.size,
      pictures_here: names.size - (await this.missing(names)).length,
      people: people.length,
      units: units.length,
      running: this.running,
    }
  }

  /** Fetches what is missing; answers whether all of it is here now. */
  async prepare(): Promise<boolean> {
    // What is under way unasked ends first.
    await this.ongoing
    if (this.running) return false
    this.running = { done: 0, total: 0 }
    try {
      return (await this.parts.sync()) && (await this.fetch())
    } finally {
      this.running = null
    }
  }

  /** The same without being asked, where the network and the room allow it. */
  async ahead(): Promise<void> {
    const { allowed, now } = this.parts
    if (this.running || !allowed() || now() - this.looked < EVERY) return
    this.looked = now()
    this.running = { done: 0, total: 0 }
    this.ongoing = this.fetch().then(() => undefined, () => undefined).finally(() => (this.running = null))
    await this.ongoing
  }

  private async fetch(): Promise<boolean> {
    const missing = await this.missing((await this.wanted()).names)
    if (!(await this.parts.store.hasRoom(missing.length * BYTES))) return false
    this.running = { done: 0, total: missing.length }
    let all = true
    for (const name of missing) {
      if (!(await this.parts.album.thumb(name))) all = false
      this.running.done += 1
    }
    return all
  }

  /** Open tickets, all that was recorded for them by anybody, and the pictures of it: the last visits first. */
  private async wanted(): Promise<{ tickets: TicketRow[]; open: TicketRow[]; records: RecordRow[]; names: Set<string> }> {
    const tickets = await this.parts.tickets()
    const open = tickets.filter((ticket) => !ticket.removed && !isDoneInField(ticket.status))
    const ids = new Set(open.map(({ id }) => id))
    const records = (await this.parts.records()).filter(({ ticket }) => ids.has(ticket)).sort((a, b) => b.changed_at - a.changed_at)
    const names = new Set<string>()
    for (const record of records.slice(0, READ)) for (const name of await this.picturesOf(record)) if (names.size < MOST) names.add(name)
    return { tickets, open, records, names }
  }

  /** The pictures of a record, read once per change of it: what was said into a phone has none. */
  private async picturesOf({ doc, changed_at, photos }: RecordRow): Promise<string[]> {
    if (photos.length === 0) return []
    const known = this.pictures.get(doc)
    if (known?.changed_at === changed_at) return known.names
    const entries = await this.parts.photos(doc).catch(() => [])
    const names = entries.filter(({ removed, mime }) => !removed && !String(mime ?? '').startsWith('audio/')).map(({ sha256 }) => String(sha256))
    this.pictures.set(doc, { changed_at, names })
    return names
  }

  private async missing(names: ReadonlySet<string>): Promise<string[]> {
    const here = new Set(await this.parts.store.thumbNames())
    return [...names].filter((name) => !here.has(name))
  }
}
