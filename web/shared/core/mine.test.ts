import { expect, test } from 'vitest'
import type { RecordRow } from './api'
import { Mine, ownFigures, type OfficeFigures } from './mine'
import { Unreachable } from './problem'
import type { Store } from './store'

const NOW = Date.parse('2026-11-24T10:00:00+08:00')
const OCTOBER = Date.parse('2026-10-31T23:59:00+08:00')
const row = (more: Partial<RecordRow>) => ({ doc: 'a', kind: 'visit', own: true, stage: 'submitted', queued: 0, arrived_at: NOW, changed_at: NOW, photos: [], photos_total: 0, photos_sent: 0, reviews: [], ...more }) as unknown as RecordRow
const office: OfficeFigures = { from: '2026-11-01', at: NOW - 7_200_000, tickets: 7, figures: [{ measure: 'in_time', reached: 5, counted: 6 }] }

test('what waits on the phone stands apart from what the office has', () => {
  const figures = ownFigures([row({ photos: ['x', 'y'], photos_total: 2, photos_sent: 1 }), row({ queued: 2, photos: ['z'], photos_total: 1 }), row({ stage: 'draft' }), row({ own: false }), row({ kind: 'mediation' })], null, NOW)
  expect(figures).toMatchObject({ month: '2026-11', visits: 1, photos: 1, waiting: { visits: 1, photos: 2 }, office: null })
})

test('a month is one of the office, by the time of the visit', () => {
  const back = [{ decision: 'return', reason: '', remark: '', pins: [], by: '', at: NOW }] as RecordRow['reviews']
  expect(ownFigures([row({ arrived_at: OCTOBER })], null, NOW).visits).toBe(0)
  expect(ownFigures([row({ arrived_at: OCTOBER, reviews: back })], null, NOW).returned).toBe(1)
  expect(ownFigures([], office, NOW).office).toEqual(office)
  expect(ownFigures([], office, Date.parse('2026-12-01T08:00:00+08:00')).office).toBeNull()
})

test('without a network the figures heard last stand, with their time', async () => {
  let kept: OfficeFigures | undefined
  let answer: () => Promise<Response> = async () => new Response(JSON.stringify({ ...office, points: 3 }))
  const store = { single: async () => kept, write: async (change: { singles?: { figures?: OfficeFigures } }) => void (kept = change.singles?.figures) } as unknown as Store
  const mine = new Mine(store, { authorised: () => answer() }, async () => [], () => NOW)
  expect((await mine.page()).office).toEqual(office)
  answer = () => Promise.reject(new Unreachable())
  expect((await mine.page()).office).toEqual(office)
  answer = async () => new Response('', { status: 429 })
  expect((await mine.page()).office?.at).toBe(office.at)
})
