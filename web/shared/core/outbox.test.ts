import { expect, test } from 'vitest'
import type { RecordRow, RecordsAsked } from './api'
import { recordOf, recordsPage, tasksPage, unsent } from './outbox'
import { Finder } from './search'
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

test('what is due today and what is over its time are counted and shown apart, by the clocks where there are any', () => {
  const now = Date.parse('2026-11-24T10:00:00+08:00')
  const midnight = Date.parse('2026-11-25T00:00:00+08:00')
  const tickets = [ticket('over', { due_at: now - 1 }), ticket('today', { due_at: midnight }), ticket('tomorrow', { due_at: midnight + 1 }), ticket('none')]
  const page = (due: 'today' | 'overdue' | null) => tasksPage(tickets, [], { ...all, due }, { now })
  expect(page(null).counts).toEqual({ all: 4, today: 1, overdue: 1 })
  expect(page('today').rows.map((t) => t.id)).toEqual(['today'])
  expect(page('overdue').rows.map((t) => t.id)).toEqual(['over'])
  const clock = { ticket: 'tomorrow', level: 'red' as const, wake_at: null, clocks: [{ kind: 'result' as const, state: 'running' as const, from: 0, due: { day: '', at: now - 9, provisional: false }, first_due: null, given: true, met_at: null, told_late: false, corrected: false, level: 'red' as const, next_change: null, remaining: { overdue: true, working_days: 0, millis: 9 } }] }
  expect(tasksPage(tickets, [], { ...all, due: 'overdue' }, { now, clocks: [clock] }).rows.map((t) => t.id)).toEqual(['tomorrow', 'over'])
})

test('a grid is chosen by its name, and one that became empty stays chosen', () => {
  const grid = (name: string) => ({ assigned: { kind: 'grid', id: name, name }, community: '和平社区' })
  const tickets = [ticket('1', grid('一网格')), ticket('2', grid('二网格')), ticket('3', { community: '和平社区' })]
  const page = tasksPage(tickets, [], { ...all, area: '二网格' })
  expect(page.rows.map((t) => t.id)).toEqual(['2'])
  expect(page.counts.all).toBe(1)
  expect(page.areas.map(({ name, count }) => `${name}${count}`).sort()).toEqual(['一网格1', '二网格1', '和平社区1'].sort())
  expect(tasksPage(tickets, [], { ...all, area: '三网格' }).areas).toContainEqual({ name: '三网格', count: 0 })
})

test('a ticket that was sent back stands once where that is asked for, and among all others elsewhere', () => {
  const back = record('a', { ticket: 'T1', state: 'returned' })
  const page = (apart: boolean) => tasksPage([ticket('T1'), ticket('T2')], [back], { ...all, apart })
  expect(page(true).rows.map((t) => t.id)).toEqual(['T2'])
  expect(page(true).returned.map((r) => r.doc)).toEqual(['a'])
  expect(page(false).rows.map((t) => t.id)).toEqual(['T1', 'T2'])
  expect(page(true).counts.all).toBe(2)
})

test('hits say by which part they were found, among tickets and among records', () => {
  const page = tasksPage([ticket('1'), ticket('2', { address: '堤口路 4 号' })], [record('a', { place: '堤口路 4 号' })], { ...all, query: 'dkl' })
  expect(page.rows.map((t) => t.id)).toEqual(['2'])
  expect(page.hits).toEqual({ 2: { part: 'address', letters: true } })
  expect(page.found.map((r) => r.doc)).toEqual(['a'])
  expect(page.found_hits).toEqual({ a: { part: 'place', letters: true } })
})

test('records are listed with the last changed first, counted by where they stand, and only own ones', () => {
  const rows = [record('old', { changed_at: 1 }), record('new', { changed_at: 9, place: '北园大街' }), record('in', { changed_at: 5, state: 'submitted' }), { ...record('theirs', { changed_at: 7 }), own: false }]
  const page = (more: Partial<RecordsAsked> = {}) => recordsPage(rows, { query: '', stage: null, limit: 10, ...more }, new Finder())
  expect(page().rows.map((r) => r.doc)).toEqual(['new', 'in', 'old'])
  expect(page().counts).toEqual({ 'visit/draft': 2, 'visit/submitted': 1 })
  expect(page({ stage: 'visit/submitted' })).toMatchObject({ total: 1, all: 3 })
  expect(page({ query: 'byd' }).rows.map((r) => r.doc)).toEqual(['new'])
})

test('a search over twenty thousand tickets stays under 300 ms', async () => {
  const many = Array.from({ length: 20_000 }, (_, i) => ticket(String(i), { due_at: (i * 7919) % 20_000 }))
  const finder = new Finder()
  await finder.prepare(many, [], () => Promise.resolve())
  const started = performance.now()
  const page = tasksPage(many, [], { query: 'jn-199', done: false, limit: 100 }, { finder })
  expect(performance.now() - started).toBeLessThan(300)
  expect(page.total).toBe(111)
})
