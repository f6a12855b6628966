import type { KnownClock } from './clock'
import type { Batch } from '@wasm/core_wasm.js'
import type { KnownContacts } from './contacts'
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import { plainDisk, type Disk } from './disk'
import type { StoredErrand } from './errands'
import type { DeviceKey } from './keys'
import type { Fix, PhotoAsked, Phrases } from './api'
import type { LeftRow } from './left'
import type { OfficeFigures } from './mine'
import type { KnownStanding } from './shelf'
import type { Shot } from '../photo'

/** What the phone knows of one photo beside its bytes. */
export interface MediaRow {
  sha256: string
  size: number
  mime: string
  w: number
  h: number
  created_at: number
  /** Belongs to an urgent ticket: goes up on any network. */
  urgent: boolean
  /** Where it is used; the same picture may stand in two visits. */
  uses: { doc: string; photo: string; removed: boolean }[]
  state: 'waiting' | 'sent' | 'refused'
  /** Bytes the office has confirmed. */
  offset: number
  /** Failed tries since the last progress. */
  tries: number
  /** Not tried again before this time. */
  next_at: number
  /** Code of the last failure. */
  error: string | null
  sent_at: number | null
  /** Whether the full picture is still on this phone. */
  kept: boolean
}

/** Who uses this phone, and the keys to the hub. Kept in the store only; never given to the page whole. */
export interface Session {
  device: string
  device_name: string
  person: string
  name: string
  role: string
  tenant: { id: string; code: string; name: string }
  units: { id: string; kind: string; name: string }[]
  refresh: string
  access: string
  /** When the access token ends, by this phone's clock. */
  access_until: number
  enrolled_at: number
  /** Signs what this phone sends; a phone that was enrolled without one has none until the next sign-in. */
  key?: DeviceKey
  /** The hub's public key for hand-over files; sessions of an older app lack it until their next renewal. */
  hand_over_key?: string | undefined
}

/** A report that is being written, see reports.ts. */
export interface StoredReport {
  doc: string
  party: string
  clause: string
  text: string
  /** What the picture is; its bytes lie where those of all pictures do. */
  shot: Omit<Shot, 'bytes' | 'thumb'> | null
  asked: PhotoAsked | null
  leaves_at: number | null
  why: string | null
}

/** What was found on a round and is being written, see finds.ts. */
export interface StoredFind {
  /** The record that it becomes, which is its ticket too. */
  id: string
  kind: string
  address: string
  text: string
  /** Where the phone was. */
  fix: Fix | null
  /** Why the place was chosen by hand. */
  reason: string
  shots: { shot: Omit<Shot, 'bytes' | 'thumb'>; asked: PhotoAsked }[]
  leaves_at: number | null
  why: string | null
}

export interface Settings {
  /** Photos wait for Wi-Fi; records never do. */
  wifi_only: boolean
}

/** Single values, each under its own key. */
export interface Singles {
  owner: string
  clock: KnownClock
  session: Session
  /** The key for numbers of parties, or that this person is given none; absent until the hub has said it. */
  contacts: KnownContacts
  settings: Settings
  /** The office asked for this phone's data to be deleted; survives a restart until done. */
  wipe: boolean
  /** Why the session can no longer be renewed. */
  session_ended: string
  /** The history of the hub that the photos were sent to. */
  photos_timeline: string
  /** The office took this phone out of use; until then it may hand over what it holds. */
  released: number
  /** Phrases that this person writes often. */
  phrases: Phrases
  /** Reports that are being written. */
  reports: StoredReport[]
  /** Finds that are being written. */
  finds: StoredFind[]
  /** What is to be told of tickets and is not at the office. */
  errands: StoredErrand[]
  /** One's own figures as the hub told them last. */
  figures: OfficeFigures
  /** Where records stand, as it was read from them. */
  standings: [doc: string, standing: KnownStanding][]
}

interface Schema extends DBSchema {
  replica: { key: string; value: Uint8Array }
  media: { key: string; value: MediaRow }
  media_bytes: { key: string; value: Uint8Array }
  thumbs: { key: string; value: Uint8Array }
  singles: { key: string; value: unknown }
  /** What windows that write no more left for the one that does. */
  left: { key: string; value: LeftRow }
  /** Filled and emptied to make the database begin a new log; see disk.ts. */
  scratch: { key: number; value: Uint8Array }
}

const STORES = ['replica', 'media', 'media_bytes', 'thumbs', 'singles', 'left'] as const

/** More than one log of any browser's database, in values small enough to go through the log. */
const FILL = { rounds: 3, values: 60, bytes: 60_000 }

/** Everything one gesture changes; it is stored whole or not at all. */
export interface Change {
  batch?: Batch
  media?: MediaRow[]
  bytes?: { sha256: string; bytes: Uint8Array }[]
  dropBytes?: string[]
  thumbs?: { sha256: string; bytes: Uint8Array }[]
  singles?: { [Name in keyof Singles]?: Singles[Name] | undefined }
  /** Ids of what other windows left, and nobody needs any more. */
  dropLeft?: string[]
}

/** Another window of this app has taken the store over; this one must not write any more. */
export class NotOwner extends Error {}

type Database = IDBPDatabase<Schema>

const begun = (db: Database) => db.transaction(STORES, 'readwrite', { durability: 'strict' })

/** A view into a larger buffer would be stored with the whole buffer. */
const own = (bytes: Uint8Array) => (bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice())

/** The phone's database. Every write is one transaction that reached the disk when its promise resolves. */
export class Store {
  /** The browser closes a database whose disk failed; the next use opens it again. */
  private opening: Promise<Database> | null = null

  /** A torn record may stand in the database's log: no write is believed before that is mended. */
  private torn = false
  private mending: Promise<void> | null = null

  /** Told when a write finds that another window is the writer. */
  disowned: () => void = () => undefined

  private constructor(
    private readonly name: string,
    private readonly owner: string,
    private readonly disk: Disk,
  ) {}

  /** Opens the database without becoming its writer: for `leave` alone. */
  static async beside(name = 'warmline-field', disk = plainDisk): Promise<Store> {
    const store = new Store(name, '', disk)
    store.torn = await disk.isTorn()
    return store
  }

  /**
   * Opens the database and becomes its only writer: every later write of a window that opened it before fails,
   * however late it is queued.
   */
  static async open(owner: string, name = 'warmline-field', disk = plainDisk): Promise<Store> {
    const store = new Store(name, owner, disk)
    store.torn = await disk.isTorn()
    const tx = (await store.database()).transaction(STORES, 'readwrite', { durability: 'strict' })
    await tx.objectStore('singles').put(owner, 'owner')
    await tx.done
    return store
  }

  async close(): Promise<void> {
    const open = this.opening
    this.opening = null
    ;(await open)?.close()
  }

  /** The database; after a failed write not before it was mended, for even opening it does harm on a full disk. */
  private async database(): Promise<Database> {
    await this.mend()
    return this.connected()
  }

  private connected(): Promise<Database> {
    const lost = () => {
      this.opening = null
    }
    this.opening ??= openDB<Schema>(this.name, 2, {
      upgrade(db) {
        const fresh = [...STORES, 'scratch' as const].filter((store) => !db.objectStoreNames.contains(store))
        for (const store of fresh) {
          if (store === 'media') db.createObjectStore(store, { keyPath: 'sha256' })
          else if (store === 'left') db.createObjectStore(store, { keyPath: 'id' })
          else db.createObjectStore(store)
        }
      },
      blocking: (_, __, event) => {
        ;(event.target as IDBDatabase).close()
        lost()
      },
      terminated: lost,
    }).catch((error: unknown) => {
      lost()
      throw error
    })
    return this.opening
  }

  /** A transaction; a connection that the browser has closed without a word is replaced once. */
  private async transaction(): Promise<ReturnType<typeof begun>> {
    try {
      return begun(await this.database())
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw error
      this.opening = null
      return begun(await this.database())
    }
  }

  /** Every stored entry of the core. */
  async entries(): Promise<{ key: string; value: Uint8Array }[]> {
    const tx = (await this.database()).transaction('replica')
    const [keys, values] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()])
    return keys.map((key, i) => ({ key, value: values[i] ?? new Uint8Array() }))
  }

  async media(): Promise<MediaRow[]> {
    return (await this.database()).getAll('media')
  }

  async bytes(sha256: string): Promise<Uint8Array | undefined> {
    return (await this.database()).get('media_bytes', sha256)
  }

  async thumb(sha256: string): Promise<Uint8Array | undefined> {
    return (await this.database()).get('thumbs', sha256)
  }

  /** Hashes of the photos of which the small picture is here. */
  async thumbNames(): Promise<string[]> {
    return (await this.database()).getAllKeys('thumbs')
  }

  async single<Name extends keyof Singles>(name: Name): Promise<Singles[Name] | undefined> {
    return (await (await this.database()).get('singles', name)) as Singles[Name] | undefined
  }

  /** What other windows left, the oldest first. */
  async left(): Promise<LeftRow[]> {
    return (await (await this.database()).getAll('left')).sort((a, b) => a.at - b.at)
  }

  /** Keeps something for the window that writes; any window may. */
  async leave(row: LeftRow): Promise<void> {
    const tx = (await this.database()).transaction('left', 'readwrite', { durability: 'strict' })
    await Promise.all([tx.store.put(row), tx.done])
  }

  async write(change: Change): Promise<void> {
    const tx = await this.transaction()
    // A failure is thrown from below; without these the same failure would also surface as unhandled.
    tx.done.catch(() => undefined)
    try {
      const singles = tx.objectStore('singles')
      if ((await singles.get('owner')) !== this.owner) throw new NotOwner()
      const writes: Promise<unknown>[] = [tx.done]
      const add = (write: Promise<unknown>) => {
        write.catch(() => undefined)
        writes.push(write)
      }
      const replica = tx.objectStore('replica')
      for (const { key, value } of change.batch ?? []) add(value ? replica.put(own(value), key) : replica.delete(key))
      for (const row of change.media ?? []) add(tx.objectStore('media').put(row))
      for (const { sha256, bytes } of change.bytes ?? []) add(tx.objectStore('media_bytes').put(own(bytes), sha256))
      for (const sha256 of change.dropBytes ?? []) add(tx.objectStore('media_bytes').delete(sha256))
      for (const { sha256, bytes } of change.thumbs ?? []) add(tx.objectStore('thumbs').put(own(bytes), sha256))
      for (const id of change.dropLeft ?? []) add(tx.objectStore('left').delete(id))
      for (const [name, value] of Object.entries(change.singles ?? {})) add(value === undefined ? singles.delete(name) : singles.put(value, name))
      await Promise.all(writes)
    } catch (error) {
      try {
        tx.abort()
      } catch {
        // Already aborted by the failure itself.
      }
      // After a failed disk the browser refuses every further write until the database was closed once.
      if (error instanceof DOMException) await this.tear()
      if (error instanceof NotOwner) this.disowned()
      throw error
    }
  }

  /** Whether so many bytes could be stored now. */
  hasRoom(bytes: number): Promise<boolean> {
    return this.disk.hasRoom(bytes)
  }

  private async tear(): Promise<void> {
    this.torn = true
    await this.disk.tear().catch(() => undefined)
    await this.close()
  }

  /** Makes the database begin a new log, once there is room for it; callers at the same time share one try. */
  private mend(): Promise<void> {
    if (!this.torn) return Promise.resolve()
    this.mending ??= this.refill().finally(() => {
      this.mending = null
    })
    return this.mending
  }

  private async refill(): Promise<void> {
    if (!(await this.disk.hasRoom(FILL.rounds * FILL.values * FILL.bytes * 2))) throw new DOMException('no room', 'QuotaExceededError')
    try {
      const db = await this.connected()
      for (let round = 0; round < FILL.rounds; round++) {
        const tx = db.transaction('scratch', 'readwrite', { durability: 'strict' })
        tx.done.catch(() => undefined)
        for (let n = 0; n < FILL.values; n++) tx.store.put(new Uint8Array(FILL.bytes), n).catch(() => undefined)
        await tx.done
      }
      const tx = db.transaction('scratch', 'readwrite', { durability: 'strict' })
      await Promise.all([tx.store.clear(), tx.done])
    } catch (error) {
      await this.close()
      throw error
    }
    await this.disk.mend()
    this.torn = false
  }

  /** Deletes everything this phone keeps, except who owns the store. */
  async wipe(): Promise<void> {
    const tx = await this.transaction()
    await Promise.all([...STORES.map((store) => tx.objectStore(store).clear()), tx.objectStore('singles').put(this.owner, 'owner'), tx.done])
  }
}
