import { expect, test } from 'vitest'
import type { Snapshot } from '@shared/core/api'
import { blank } from '@shared/core/shape'
import { chip } from './chip'

const NOW = Date.UTC(2026, 10, 24, 1, 32)
const at = (more: Partial<Snapshot>): Snapshot => ({ ...blank(), phase: 'ready', ...more })
const ok = { running: false, last_ok_at: NOW - 10_000, error: null, live: true, clock_offset_ms: 0 }
const some = (more: Partial<Snapshot['unsent']>) => ({ ...blank().unsent, ...more })
const lost = { ...ok, error: { code: 'unreachable', detail: '' } }

test('all sent is said with the time of the last round trip', () => {
  expect(chip(at({ sync: ok }), NOW)).toMatchObject({ tone: 'success', key: 'chip.done', places: { time: '09:31' } })
})

test('an old round trip is told calmly, not as fresh', () => {
  expect(chip(at({ sync: { ...ok, last_ok_at: NOW - 3_600_000 } }), NOW).tone).toBe('neutral')
})

test('records and photos that wait are counted', () => {
  expect(chip(at({ sync: ok, unsent: some({ visits: 2, photos: 3 }) }), NOW)).toMatchObject({ key: 'chip.waiting', places: { count: 5 } })
})

test('being offline is neutral and says that all is kept', () => {
  expect(chip(at({ sync: lost, unsent: some({ visits: 1 }) }), NOW)).toMatchObject({ tone: 'neutral', key: 'chip.offline' })
  expect(chip(at({ sync: lost }), NOW)).toMatchObject({ tone: 'neutral', key: 'chip.offline_clean' })
})

test('only what needs a person is red', () => {
  expect(chip(at({ sync: ok, session_ended: 'refresh_reused' }), NOW).tone).toBe('danger')
  expect(chip(at({ sync: ok, unsent: some({ photos: 1, photos_refused: 1 }) }), NOW).tone).toBe('danger')
  expect(chip(at({ sync: { ...ok, error: { code: 'http_500', detail: '' } } }), NOW).tone).toBe('danger')
})

test('words that the office did not take leave the state of sending in view', () => {
  expect(chip(at({ sync: ok, aside: 2 }), NOW)).toMatchObject({ tone: 'success', key: 'chip.done' })
  expect(chip(at({ sync: lost, aside: 2, unsent: some({ visits: 1 }) }), NOW)).toMatchObject({ key: 'chip.offline' })
  expect(chip(at({ sync: ok, aside: 2, unsent: some({ visits: 1 }) }), NOW)).toMatchObject({ key: 'chip.waiting' })
})

test('photos on their way are counted by their place in the queue', () => {
  const lane = { sending: 'aa', held: null, done: 1, total: 5 }
  expect(chip(at({ sync: ok, lane, unsent: some({ photos: 4 }) }), NOW)).toMatchObject({ key: 'chip.photos', places: { done: 2, total: 5 } })
})

test('a phone that never reached the office says so', () => {
  expect(chip(at({ sync: { ...ok, last_ok_at: null } }), NOW).key).toBe('chip.never')
})
