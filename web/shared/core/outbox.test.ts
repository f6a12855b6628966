import { expect, test } from 'vitest'
import type { RecordRow } from './api'
import { matches, plain, recordOf, tasksPage, unsent } from './outbox'
import type { MediaRow } from './store'
import type { TicketRow, VisitRow } from './views'

const visit = (doc: string, more: Partial<VisitRow> = {}): VisitRow => ({
  doc, kind: 'visit', ticket: 'T1', state: 'draft', place: '', outcome: '', changed_at: 0, arrived_at: null, queued: 0, received: 0, admitted: 0, quarantined: 0, aside: 0, photos: [], reviews: [], disagreements: 0, shared: false, mine: true, locked: false, damaged: false, ...more,
})
const photo = (sha256: string, more: Partial<MediaRow> = {}): MediaRow => ({
  sha256, size: 1000, mime: 'image/jpeg', w: 1, h: 1, created_at: 1, urgent: false, uses: [], state: 'waiting', offset: 0, tries: 0, next_at: 0, error: null, sent_at: null, kept: true, ...more,
})
const ticket = (id: string, more: Partial<TicketRow> = {}): TicketRow => ({
  id, upstream_no: `JN-${id}`, title: '楼道堆物', description: '', requester_masked: '', phone_masked: '', community: '', address: '北园大街 8 号', status: 'assigned', urgency: 'normal', due_at: null, dispatched_at: 0, assigned: null, category: [], removed: false, may: [], calls: false, ...more,
})
const record = (doc: string, more: Partial<VisitRow> = {}): RecordRow => recordOf(visit(doc, more), { stage: more.state ?? 'draft', own: true, standing: null, people: [] }, undefined, () => undefined)
const all = { query: '', done: false, limit: 100 }

test('records and photos that wait are counted apart, photos by the bytes still to go', () => {
  const counted = unsent([visit('a', { queued: 3 }), visit('b'), visit('c', { queued: 1 })], [photo('x', { offset: 400 }), photo('y', { state: 'refused' })])
  expect(counted).toEqual({ changes: 4, visits: 2, photos: 2, photo_bytes: 1600, photos_refused: 1 })
})

test('a visit tells how many of the photos taken here have arrived, others\' photos are not counted', () => {
  const media = new Map([photo('x', { state: 'sent' }), photo('y'), photo('z', { state: 'refused' })].map((row) => [row.sha256, row]))
  const row = recordOf(visit('a', { photos: ['x', 'y', 'z', 'theirs'] }), { stage: 'draft', own: true, standing: null, people: [] }, ticket('T1', { due_at: 9 }), (sha) => media.get(sha))
  expect(row).toMatchObject({ photos_total: 3, photos_sent: 1, photos_refused: 1, ticket_no: 'JN-T1', due_at: 9 })
})

test('open work is sorted by time left, finished work is apart', () => {
  const tickets = [ticket('later', { due_at: 90 }), ticket('none'), ticket('over', { due_at: -5 }), ticket('closed', { status: 'closed' })]
  expect(tasksPage(tickets, [], all).rows.map((t) => t.id)).toEqual(['over', 'later', 'none'])
  expect(tasksPage(tickets, [], { ...all, done: true }).rows.map((t) => t.id)).toEqual(['closed'])
})

test('returned visits come with the oldest remark first', () => {
  const review = (at: number) => [{ decision: 'return' as const, reason: '', remark: '补照片', pins: [], by: '', at }]
  const page = tasksPage([], [record('new', { state: 'returned', reviews: review(9) }), record('old', { state: 'returned', reviews: review(2) }), record('draft')], all)
  expect(page.returned.map((r) => r.doc)).toEqual(['old', 'new'])
})

test('a ticket given to someone else is shown when something was recorded for it', () => {
  const page = tasksPage([ticket('T1', { removed: true }), ticket('T2', { removed: true })], [record('a', { ticket: 'T1' })], all)
  expect(page.rows).toEqual([])
  expect(page.moved.map((t) => t.id)).toEqual(['T1'])
})

test('search finds number, title and address, with full-width digits and spaces as people type them', () => {
  const one = ticket('7', { upstream_no: 'JN20261124-007', address: '北园大街 ８号院 ３号楼' })
  expect(plain('８号 院')).toBe('8号院')
  for (const query of ['007', 'jn2026', '堆物', '8号院3号楼', '  ']) expect(matches(one, query), query).toBe(true)
  expect(matches(one, '9号楼')).toBe(false)
})

test('a search over twenty thousand tickets stays under 300 ms', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => ticket(String(i), { due_at: (i * 7919) % 20_000 }))
  const started = performance.now()
  const page = tasksPage(many, [], { query: 'JN-199', done: false, limit: 100 })
  expect(performance.now() - started).toBeLessThan(300)
  expect(page.total).toBe(111)
})
