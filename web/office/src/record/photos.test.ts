import { expect, test } from 'vitest'
import { entry, LI, story, ZHAO } from './fixtures'
import { compareTwo, pairsOf, photosOf, repeated, waitingOf } from './photos'

const HOUR = 3_600_000
const photo = (id: string, values: Record<string, string | number | null>) => entry(id, { sha256: `sha-${id}`, role: 'evidence', taken_at: 0, lat_e7: 367_000_000, lon_e7: 1_170_000_000, ...values })
const of = (...photos: ReturnType<typeof photo>[]) => photosOf(story({ collections: { photos } }))

test('a pair is found by the partner’s id, whichever of the two names it', () => {
  const photos = of(photo('a', { role: 'before' }), photo('b', { role: 'after', pair: 'a' }), photo('c', { role: 'before', pair: 'd' }), photo('d', { role: 'after' }), photo('e', {}))
  const { pairs, single } = pairsOf(photos)
  expect(pairs.map((pair) => [pair.before.id, pair.after.id])).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
  expect(single.map((one) => one.id)).toEqual(['e'])
})

test('a pair is found by a word that both carry', () => {
  const { pairs } = pairsOf(of(photo('a', { role: 'before', pair: 'spot-1' }), photo('b', { role: 'after', pair: 'spot-1' })))
  expect(pairs).toHaveLength(1)
})

test('one before photo is not used for two after photos', () => {
  const { pairs, single } = pairsOf(of(photo('a', { role: 'before' }), photo('b', { role: 'after', pair: 'a' }), photo('c', { role: 'after', pair: 'a' })))
  expect(pairs).toHaveLength(1)
  expect(single.map((one) => one.id)).toEqual(['c'])
})

test('a pair tells the time and the distance between its photos', () => {
  const [pair] = pairsOf(of(photo('a', { role: 'before', taken_at: HOUR }), photo('b', { role: 'after', pair: 'a', taken_at: 2 * HOUR, lat_e7: 367_001_000 }))).pairs
  expect(pair?.gap).toBe(HOUR)
  expect(Math.round(pair?.metres ?? 0)).toBe(11)
  expect(pair?.warnings).toEqual([])
})

test('a pair that cannot be right is called out', () => {
  const [same] = pairsOf(of(photo('a', { role: 'before', sha256: 'x' }), photo('b', { role: 'after', pair: 'a', sha256: 'x' }))).pairs
  expect(same?.warnings).toContain('same_photo')
  const [late] = pairsOf(of(photo('a', { role: 'before', taken_at: 2 * HOUR }), photo('b', { role: 'after', pair: 'a', taken_at: HOUR, lat_e7: 367_010_000 }))).pairs
  expect(late?.warnings).toEqual(['after_earlier', 'far_apart'])
  const [nowhere] = pairsOf(of(photo('a', { role: 'before', lat_e7: null }), photo('b', { role: 'after', pair: 'a' }))).pairs
  expect(nowhere?.warnings).toEqual(['no_place'])
})

test('the same original under two watermarks is the same picture', () => {
  const photos = of(photo('a', { original_sha256: 'o' }), photo('b', { original_sha256: 'o' }), photo('c', {}))
  expect([...repeated(photos)]).toEqual(['a', 'b'])
})

test('two photos nobody paired are compared with the earlier one first', () => {
  const [a, b] = of(photo('a', { taken_at: 2 * HOUR, pos: 'a' }), photo('b', { taken_at: HOUR, pos: 'b' }))
  expect(a && b && compareTwo(a, b).before.id).toBe('b')
})

test('photos still on phones are told by phone, with its last contact', () => {
  const one = story({
    collections: { photos: [entry('a', { sha256: 'x', role: 'after' }, LI), entry('b', { sha256: 'y', role: 'after' }, ZHAO), entry('c', { sha256: 'z', role: 'after' }, ZHAO)] },
    photos_pending: ['x', 'y', 'z'],
    devices: [{ id: 'D-P2', name: '赵某兰的手机', last_seen_at: 5_000 }],
  })
  expect(waitingOf(one, photosOf(one)).map(({ device, lastSeenAt, photos }) => ({ device, lastSeenAt, n: photos.length }))).toEqual([
    { device: '李某山的手机', lastSeenAt: null, n: 1 },
    { device: '赵某兰的手机', lastSeenAt: 5_000, n: 2 },
  ])
})

test('a removed photo is not shown', () => {
  const gone = { ...photo('a', {}), removed: true }
  expect(of(gone)).toEqual([])
})
