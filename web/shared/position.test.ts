import { expect, test } from 'vitest'
import { lag, remembered, signOf, type Heard } from './position'

const NOW = 1_795_500_000_000
/** Updates every so many seconds; the receiver trembles unless told otherwise. */
const walk = (count: number, more: (i: number) => Partial<Heard> = () => ({}), every = 10): Heard[] =>
  Array.from({ length: count }, (_, i) => {
    const heard = NOW + i * every * 1000
    return { lat: 36.6912 + i * 1.3e-6, lon: 117.0209 - i * 0.7e-6, accuracy: 6 + (i % 4), at: heard - 900, heard, work: heard, ...more(i) }
  })

test('somebody who walks, and somebody who stands at a window, is believed', () => {
  expect(signOf([])).toBeNull()
  expect(signOf(walk(40))).toBeNull()
  // Positions by masts stay the same: they do not claim to be exact.
  expect(signOf(walk(40, () => ({ lat: 36.7, lon: 117, accuracy: 65 })))).toBeNull()
})

test('the same to the last digit for a minute and ten updates is no receiver', () => {
  const fixed = () => ({ lat: 36.7, lon: 117, accuracy: 5 })
  expect(signOf(walk(10, fixed))).toBe('still')
  expect(signOf(walk(9, fixed))).toBeNull()
  expect(signOf(walk(10, fixed, 6))).toBeNull()
  // One digit of one update clears it.
  expect(signOf(walk(10, (i) => ({ ...fixed(), lat: i === 5 ? 36.700_000_1 : 36.7 })))).toBeNull()
})

test('always within one metre is exacter than a phone can be', () => {
  expect(signOf(walk(5, () => ({ accuracy: 1 })))).toBe('exact')
  expect(signOf(walk(4, () => ({ accuracy: 1 })))).toBeNull()
  expect(signOf(walk(5, (i) => ({ accuracy: i === 2 ? 0.9 : 1 })))).toBeNull()
  expect(signOf(walk(5, () => ({ accuracy: 1.5 })))).toBeNull()
})

test('faster than 300 km/h between two updates is a jump, until two minutes later', () => {
  // 10 s: 833 m at most, and a jump is more than 1 km anyway. 0.01° are 1112 m, 0.013° are 1446 m.
  const far = (degrees: number) => (i: number) => ({ lat: 36.6912 + (i >= 2 ? degrees : 0) + i * 1e-6 })
  expect(signOf(walk(3, far(0.013)))).toBe('jump')
  expect(signOf(walk(3, far(0.008)))).toBeNull()
  // In 20 s a train gets there.
  expect(signOf(walk(3, far(0.013), 20))).toBeNull()
  expect(signOf(walk(14, far(0.013)))).toBe('jump')
  expect(signOf(walk(16, far(0.013)))).toBeNull()
  // Masts may be wrong by as much as they say.
  expect(signOf(walk(3, (i) => ({ ...far(0.013)(i), accuracy: i < 2 ? 900 : 8 })))).toBeNull()
})

test('a position of another time is not believed, and a wrong clock alone is not held against anybody', () => {
  const late = (minutes: number, work = 0) => walk(1, () => ({ at: NOW - minutes * 60_000, work: NOW + work * 60_000 }))
  expect(signOf(late(11))).toBe('clock')
  expect(signOf(late(9))).toBeNull()
  // The phone's clock is 30 min fast, and its position is by satellite time.
  expect(signOf(late(30, -30))).toBeNull()
  expect(lag(late(30, -30)[0] as Heard)).toBe(0)
})

test('the last hour is not carried around', () => {
  expect(walk(200).reduce<Heard[]>(remembered, [])).toHaveLength(60)
})
