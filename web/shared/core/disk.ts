// What a full disk does to the browser's database, and how the phone gets through it.
//
// Chromium keeps IndexedDB in LevelDB. A write that fails for want of space leaves a torn record at the end of LevelDB's
// log; later writes go behind it into the same log and look stored, but at the next start of the browser everything in
// that log is dropped, and with more tries on the full disk the whole database is. So after one failed write `Store`
// touches the database no more until a probe beside it finds room again, and then fills the log until LevelDB begins a
// new one: all that was written comes into a table file, and the torn log is deleted.

/** What the store asks of the disk. */
export interface Disk {
  /** `true` when a torn record may stand in the log; survives a restart of the app. */
  isTorn(): Promise<boolean>
  tear(): Promise<void>
  mend(): Promise<void>
  /** Whether so many bytes can be written now, tried in a place where a failure does no harm. */
  hasRoom(bytes: number): Promise<boolean>
}

/** A disk whose database needs no such care. */
export const plainDisk: Disk = {
  isTorn: () => Promise.resolve(false),
  tear: () => Promise.resolve(),
  mend: () => Promise.resolve(),
  async hasRoom(bytes) {
    const { quota, usage } = (await globalThis.navigator?.storage?.estimate?.().catch(() => null)) ?? {}
    return quota === undefined || usage === undefined || quota - usage >= bytes
  },
}

const CACHE = 'warmline-disk'
/** Its absence is the mark: taking a file away is the one thing a full disk still allows. */
const WHOLE = '/field/disk-whole'
const PROBE = '/field/disk-probe'

const chromiumDisk: Disk = {
  async isTorn() {
    // Before anything was stored there is no log to be torn.
    if ((await indexedDB.databases()).length === 0) await this.mend()
    return (await (await caches.open(CACHE)).match(WHOLE)) === undefined
  },
  async tear() {
    await (await caches.open(CACHE)).delete(WHOLE)
  },
  async mend() {
    await (await caches.open(CACHE)).put(WHOLE, new Response('whole'))
  },
  async hasRoom(bytes) {
    const cache = await caches.open(CACHE)
    try {
      await cache.put(PROBE, new Response(new Uint8Array(bytes)))
      return ((await (await cache.match(PROBE))?.arrayBuffer())?.byteLength ?? 0) === bytes
    } catch {
      return false
    } finally {
      await cache.delete(PROBE).catch(() => false)
    }
  },
}

/** The disk behind the browser this runs in. */
export const diskOf = (agent = navigator.userAgent): Disk => (/Chrom(?:e|ium)\//.test(agent) ? chromiumDisk : plainDisk)
