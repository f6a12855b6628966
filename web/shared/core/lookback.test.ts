import { expect, test } from 'vitest'
import { Lookback } from './lookback'
import type { RecordView, TicketRow, VisitRow } from './views'

type Visit = { doc: string; ticket: string; place: string; at: number; kind?: string; damaged?: boolean; fields?: Record<string, unknown>; households?: Record<string, unknown>[] }

/** A phone with these visits. */
const phone = (visits: Visit[], address = '') =>
  new Lookback({
    visits: () => Promise.resolve(visits.map(({ doc, ticket, place, at, kind = 'visit', damaged = false }) => ({ doc, kind, ticket, place, outcome: 'partly', changed_at: at, arrived_at: null, damaged }) as unknown as VisitRow)),
    view: (doc) => {
      const visit = visits.find((one) => one.doc === doc)
      return Promise.resolve({ doc, fields: visit?.fields ?? {}, persuasions: visit?.households ?? [], participants: [{ id: 'p', removed: false, user: `who-${doc}` }] } as unknown as RecordView)
    },
    ticket: (id) => Promise.resolve({ id, address } as unknown as TicketRow),
  })

test('the next visit begins with what seldom changes, and with nothing that was seen or done only then', async () => {
  const { last } = await phone([
    { doc: 'A', ticket: 'T', place: '', at: 1, fields: { building: '3 号楼', finding_kind: 'clutter' } },
    { doc: 'B', ticket: 'T', place: '', at: 2, fields: { building: '5 号楼', room: '', finding_kind: 'noise', severity: 'high', cleanup_state: 'done', outcome: 'resolved', cooperation: 'refused' } },
  ]).of('T')
  expect(last).toEqual({ doc: 'B', at: 2, outcome: 'partly', people: ['who-B'], fields: { building: '5 号楼', finding_kind: 'noise' } })
})

test('what was at the same place for another ticket counts, what was elsewhere does not', async () => {
  const visits = [
    { doc: 'same', ticket: 'old', place: '和平路 1 号院', at: 1 },
    { doc: 'elsewhere', ticket: 'other', place: '和平路 2 号院', at: 2 },
    { doc: 'agreement', ticket: 'T', place: '', at: 3, kind: 'mediation' },
    { doc: 'broken', ticket: 'T', place: '', at: 4, damaged: true },
  ]
  expect((await phone(visits, '和平路 1 号院').of('T')).last?.doc).toBe('same')
  expect((await phone(visits).of('T')).last).toBeNull()
})

test('each talk with a household stays one of its own, the last first, and what was taken out is gone', async () => {
  const talk = (household: string, at: number, more = {}) => ({ id: `${household}${at}`, removed: false, household, at, reaction: 'refused', ...more })
  const { households } = await phone([
    { doc: 'A', ticket: 'T', place: '', at: 1, households: [talk('501', 10), talk('402', 11, { removed: true })] },
    { doc: 'B', ticket: 'T', place: '', at: 2, households: [talk('501', 20, { next_visit_at: 99, remark: '周末在家' })] },
  ]).of('T')
  expect(households.map(({ household, at, remark, next_visit_at }) => [household, at, remark, next_visit_at])).toEqual([
    ['501', 20, '周末在家', 99],
    ['501', 10, '', null],
  ])
})

test('of a visit only what was before it is told', async () => {
  const visits = [{ doc: 'A', ticket: 'T', place: '', at: 1 }, { doc: 'B', ticket: 'T', place: '', at: 2 }, { doc: 'C', ticket: 'T', place: '', at: 3 }]
  expect((await phone(visits).before('B'))?.last?.doc).toBe('A')
  expect((await phone(visits).before('A'))?.last).toBeNull()
  expect(await phone(visits).before('gone')).toBeNull()
})
