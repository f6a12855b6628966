import { expect, test } from 'vitest'
import { Used } from './used'
import type { Entry, RecordView, TicketRow, VisitRow } from './views'

const photo = (id: string, more: Record<string, unknown> = {}) => ({ id, removed: null, sha256: `sha-${id}`, original_sha256: `file-${id}`, likeness: '', taken_at: 5, ...more }) as unknown as Entry

/** A phone with these visits, each under a ticket of its name. */
function phone(visits: Record<string, Entry[]>) {
  let reads = 0
  const used = new Used({
    visits: () => Promise.resolve(Object.entries(visits).map(([doc, photos]) => ({ doc, ticket: doc, place: '和平路 1 号院', changed_at: 9, queued: 0, photos: photos.map(({ id }) => id), damaged: false }) as unknown as VisitRow)),
    view: (doc) => {
      reads += 1
      return Promise.resolve({ doc, photos: visits[doc] ?? [] } as unknown as RecordView)
    },
    ticket: (id) => Promise.resolve({ id, upstream_no: `no-${id}`, title: '' } as unknown as TicketRow),
  })
  return { used, reads: () => reads }
}

test('a file that was used for another ticket is told with that ticket, whatever was burned into it', async () => {
  const { used } = phone({ old: [photo('a', { original_sha256: 'f' })], now: [photo('b', { original_sha256: 'f' }), photo('c')] })
  expect(await used.before('now', 'b')).toEqual([{ doc: 'old', photo: 'a', ticket: 'no-old', place: '和平路 1 号院', at: 5, file: true, bits: 0 }])
  expect(await used.before('now', 'c')).toEqual([])
})

test('a picture that looks the same is told after a same file, and one that does not is not', async () => {
  const { used } = phone({ near: [photo('a', { likeness: '000000000000000f' })], far: [photo('b', { likeness: 'ffff00000000000f' })], same: [photo('c', { original_sha256: 'f' })], now: [photo('d', { likeness: '0000000000000000', original_sha256: 'f' })] })
  expect((await used.before('now', 'd')).map(({ photo, file, bits }) => [photo, file, bits])).toEqual([['c', true, 0], ['a', false, 4]])
})

test('before and after of one visit may look alike, but are not one file', async () => {
  const alike = { likeness: '1111111111111111' }
  expect(await phone({ now: [photo('a', alike), photo('b', alike)] }).used.before('now', 'b')).toEqual([])
  expect((await phone({ now: [photo('a', { original_sha256: 'f' }), photo('b', { original_sha256: 'f' })] }).used.before('now', 'b')).map(({ photo }) => photo)).toEqual(['a'])
})

test('what was taken out was not used', async () => {
  const { used } = phone({ old: [photo('a', { original_sha256: 'f', removed: 3 })], now: [photo('b', { original_sha256: 'f' })] })
  expect(await used.before('now', 'b')).toEqual([])
  expect(await used.before('now', 'gone')).toEqual([])
})

test('records that did not change are read once', async () => {
  const { used, reads } = phone({ old: [photo('a')], now: [photo('b')] })
  await used.before('now', 'b')
  const first = reads()
  await used.before('now', 'b')
  expect(reads() - first).toBe(1)
})
