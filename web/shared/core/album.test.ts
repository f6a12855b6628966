import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { Album } from './album'
import { MediaLane } from './media'
import { Unreachable } from './problem'
import { Store, type MediaRow } from './store'

const sent = (sha256: string, sent_at: number): MediaRow => ({
  sha256, size: 4, mime: 'image/jpeg', w: 1, h: 1, created_at: 1, urgent: false, uses: [{ doc: 'd', photo: sha256, removed: false }],
  state: 'sent', offset: 4, tries: 0, next_at: 0, error: null, sent_at, kept: true,
})

test('an original is deleted only when a backup of the office holds it', async () => {
  const store = await Store.open('me', 'album')
  const rows = [sent('early', 1_000), sent('late', 3_000)]
  await store.write({ media: rows, bytes: rows.map((row) => ({ sha256: row.sha256, bytes: Uint8Array.of(1, 2, 3, 4) })) })
  const lane = new MediaLane({ store, send: () => Promise.reject(new Unreachable()), allowed: () => true, changed: () => undefined })
  await lane.load()
  const status = { secured_until: null as number | null, clock_offset_ms: null as number | null }
  const album = new Album(store, { authorised: () => Promise.reject(new Unreachable()) }, lane, () => Promise.resolve(status))
  // No backup was ever made.
  expect(await album.freeSent()).toBe(0)
  // The hub's clock is a second ahead: `early` came at 2,000 by its clock.
  status.clock_offset_ms = 1_000
  status.secured_until = 2_000
  expect(await album.freeSent()).toBe(0)
  status.secured_until = 3_500
  expect(await album.freeSent()).toBe(4)
  expect(lane.row('early')?.kept).toBe(false)
  expect(lane.row('late')?.kept).toBe(true)
  expect(await store.bytes('late')).toBeDefined()
})
