import type { Shelf } from './shelf'
import type { MediaRow, Store } from './store'
import { zip, type Packed } from '../zip'

export interface Contents {
  /** What the file is, for who opens it. */
  readme: string
  store: Store
  /** `null` when the core cannot be read: then only photos and stored entries go in. */
  shelf: Shelf | null
  photos: MediaRow[]
}

const text = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value, null, 2))

/** Everything the office does not have, readable by people, with the stored entries of the core for those who repair. */
export async function archive({ readme, store, shelf, photos }: Contents): Promise<Blob> {
  const files: Packed[] = [{ name: 'README.txt', bytes: text(readme) }]
  for (const visit of (await shelf?.visits()) ?? []) {
    if (visit.queued > 0 || visit.aside > 0) files.push({ name: `visits/${visit.doc}.json`, bytes: text(await shelf?.view(visit.doc).catch(() => visit)) })
  }
  for (const row of photos) {
    const bytes = await store.bytes(row.sha256)
    if (bytes) files.push({ name: `photos/${row.sha256}.jpg`, bytes: new Uint8Array(bytes) })
  }
  for (const { key, value } of await store.entries()) files.push({ name: `stored/${encodeURIComponent(key)}`, bytes: new Uint8Array(value) })
  return zip(files)
}
