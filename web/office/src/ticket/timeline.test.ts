import { expect, test } from 'vitest'
import type { Ticket } from '@shared/api-types'
import { entry, LI, story, written, ZHAO } from '../record/fixtures'
import { byDay, timeline } from './timeline'

const MINUTE = 60_000
const ticket = (events: Ticket['events'] = []) => ({ events }) as Ticket

test('everything done about a ticket is one line in time order', () => {
  const first = story({
    id: 'V1',
    collections: {
      arrivals: [entry('A1', { at: 100 * MINUTE, by: 'P1', source: 'gps' })],
      photos: [entry('F1', { sha256: 'x', taken_at: 105 * MINUTE })],
      events: [entry('E1', { kind: 'submit', at: 130 * MINUTE })],
    },
    reviews: [{ id: 'R1', decision: 'return', reason: '', remark: '补拍', pins: [], by: ZHAO, at: 200 * MINUTE }],
  })
  const second = story({ id: 'V2', collections: { arrivals: [entry('A2', { at: 300 * MINUTE })] } })
  const moments = timeline(ticket([{ n: 1, at: 10 * MINUTE, by: null, kind: 'imported', detail: {} }]), [second, first])
  expect(moments.map((one) => [one.kind, one.visit])).toEqual([
    ['office', null],
    ['arrival', 'V1'],
    ['photos', 'V1'],
    ['mark', 'V1'],
    ['review', 'V1'],
    ['arrival', 'V2'],
  ])
})

test('values one person wrote close together are one moment, in the order of the form', () => {
  const values = [
    { path: 'fields/finding_kind', value: 'clutter', written: written(LI, 10 * MINUTE) },
    { path: 'fields/severity', value: 'high', written: written(ZHAO, 11 * MINUTE) },
    { path: 'fields/hazard', value: true, written: written(LI, 40 * MINUTE) },
  ]
  const notes = { finding: '堆物', result: '' }
  const history = [{ hash: 'h', message: 'visit.note.finding', written: written(LI, 12 * MINUTE) }]
  const moments = timeline(ticket(), [story({ values, notes, history })])
  expect(moments.map((one) => [one.by?.name, one.values.map((value) => value.path)])).toEqual([
    ['李某山', ['fields/finding_kind', 'notes/finding']],
    ['赵某兰', ['fields/severity']],
    ['李某山', ['fields/hazard']],
  ])
})

test('an arrival somebody wrote for a colleague is the colleague’s', () => {
  const [moment] = timeline(ticket(), [story({ collections: { arrivals: [entry('A1', { at: 5, by: 'P2' }, LI)] } })])
  expect(moment?.by?.id).toBe('P2')
  expect(moment?.written?.person?.id).toBe('P1')
})

test('removed entries and empty values are not told', () => {
  const gone = { ...entry('A1', { at: 5 }), removed: true }
  expect(timeline(ticket(), [story({ collections: { arrivals: [gone] }, values: [{ path: 'fields/room', value: '', written: written(LI, 1) }] })])).toEqual([])
})

test('the same history in any order gives the same line', () => {
  const a = story({ id: 'V1', collections: { arrivals: [entry('A1', { at: 7 }), entry('A2', { at: 7 })] } })
  const b = story({ id: 'V2', collections: { arrivals: [entry('A3', { at: 7 })] } })
  const keys = (stories: (typeof a)[]) => timeline(ticket(), stories).map((one) => one.key)
  expect(keys([a, b])).toEqual(keys([b, a]))
})

test('what a visit’s own story tells is not told again by the ticket, and submitting comes after the record', () => {
  const one = story({
    values: [{ path: 'fields/outcome', value: 'resolved', written: written(LI, 5_000) }],
    collections: { events: [entry('E1', { kind: 'submit', at: 5_000 })] },
  })
  const events = [
    { n: 1, at: 5_000, by: LI, kind: 'visit_submitted', detail: { visit: 'V1' } },
    { n: 2, at: 6_000, by: LI, kind: 'visit_submitted', detail: { visit: 'V9' } },
  ]
  expect(timeline(ticket(events), [one]).map((moment) => moment.kind)).toEqual(['record', 'mark', 'office'])
})

test('a value that the office settled is told as that', () => {
  const pick = written(ZHAO, 9_000)
  const [moment] = timeline(ticket(), [story({ values: [{ path: 'fields/severity', value: 'high', written: pick }], history: [{ hash: pick.hash, message: 'visit.settle', written: pick }] })])
  expect([moment?.kind, moment?.values.length]).toEqual(['settle', 1])
})

test('days begin when the date changes', () => {
  const moments = timeline(ticket(), [story({ collections: { arrivals: [entry('A1', { at: 1 }), entry('A2', { at: 2 }), entry('A3', { at: 30 })] } })])
  expect(byDay(moments, (at) => String(Math.floor(at / 10))).map((one) => [one.day, one.moments.length])).toEqual([
    ['0', 2],
    ['3', 1],
  ])
})

test('a picture from the gallery is told when it was chosen, not when it was taken', () => {
  const photos = [entry('G1', { sha256: 'a', source: 'gallery', taken_at: 1 * MINUTE }, LI, 60 * MINUTE), entry('C1', { sha256: 'b', source: 'camera', taken_at: 30 * MINUTE }, LI, 60 * MINUTE)]
  const moments = timeline(ticket([{ n: 1, at: 10 * MINUTE, by: null, kind: 'assigned', detail: {} }]), [story({ collections: { photos } })])
  expect(moments.map((one) => [one.kind, one.at / MINUTE])).toEqual([
    ['office', 10],
    ['photos', 30],
    ['photos', 60],
  ])
})
