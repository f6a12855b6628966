// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import type { VisitPage } from '@shared/core/api'
import type { Agreement, Entry, RecordView, Signer } from '@shared/core/views'
import { MediationState } from '@shared/lifecycle/names'
import zh from '../messages/zh-CN.json'
import { clauseNumber, clauseWords, dueTask, reportsOf } from '../reports'
import { byWaiting, mineOf, ownParties, standingSentence, titleOf } from './mine'

const NOW = Date.parse('2026-11-24T10:00:00+08:00')
const DAY = 86_400_000
const ME = 'P1'

const entry = (id: string, more: Record<string, string | number | boolean | null> = {}, removed = false): Entry => ({ id, removed, pos: id, ...more })
const view = (more: Partial<RecordView> = {}): RecordView => ({
  doc: 'D', kind: 'mediation', ticket: 'T', state: 'draft', answers: {}, notes: {}, photos: [], events: [], conflicts: [], aside: [], pending: 0, unsent: [], reviews: [], shared: false, locked: false,
  fields: { dispute: 'noise', place: '5 号楼' },
  parties: [entry('A', { name: '市场方' }), entry('B', { name: '张先生', person: ME }), entry('C', { name: '走了的', person: ME }, true)],
  clauses: [entry('K1', { text: '午休不施工' }), entry('K2', { text: '装隔音垫' })],
  ...more,
})
const signer = (id: string, state: 'signed' | 'missing' | 'cancelled' | 'refused', capacity: Signer['capacity'] = 'party'): Signer =>
  ({ capacity, id, name: id, needed: true, state, signature: 'S', at: 1, changed: [], was: [] }) as unknown as Signer
const agreement = (more: Partial<Agreement> = {}): Agreement => ({
  standing: MediationState.partly_signed, content: 'aa', number: 1, unsettled: [], gaps: [], signers: [], revisions: [], split: false, holds: null, tasks: [], kept: [], reports: [], is_due: false, next_at: null, is_followed_up: false,
  ...more,
})
const page = (of: Partial<RecordView> = {}, there: Partial<Agreement> | null = {}): VisitPage => ({ view: view(of), agreement: there === null ? null : agreement(there), form: null, ticket: null, photos: {}, contacts: { key: 'no', numbers: {} }, left: [] })
const mine = (of: Partial<RecordView> = {}, there: Partial<Agreement> | null = {}) => mineOf(page(of, there), ME, NOW)

test('somebody stands for the parties that name them, and for nobody who was taken out', () => {
  expect(ownParties(view(), ME)).toEqual(['B'])
  expect(ownParties(view(), 'P2')).toEqual([])
  // Before it is known whose phone this is, an empty register is nobody's.
  expect(ownParties(view({ parties: [entry('A', { person: '' })] }), '')).toEqual([])
})

test('without a ticket a mediation is called by its dispute and its place', () => {
  expect(titleOf(view())).toBe('噪声扰民 · 5 号楼')
  expect(titleOf(view({ fields: {} }))).toBe('调解')
})

test('only their own party waits for their signature', () => {
  const signers = [signer('A', 'missing'), signer('B', 'missing'), signer('M', 'missing', 'mediator'), signer('', 'missing', 'committee')]
  expect(mine({}, { signers }).toSign.map(({ id }) => id)).toEqual(['B'])
  expect(mine({}, { signers: [signer('B', 'cancelled')] }).toSign).toHaveLength(1)
  expect(mine({}, { signers: [signer('B', 'signed'), signer('A', 'missing')] }).toSign).toEqual([])
})

test('nothing waits while the paper is written, after it was given up, or for somebody who is named no more', () => {
  const signers = [signer('B', 'missing')]
  for (const there of [{ gaps: [{ code: 'facts', path: '' }] }, { content: null, unsettled: ['fields/facts'] }]) {
    expect(mine({}, { signers, ...there }).toSign).toEqual([])
    expect(mine({}, { signers, ...there }).isBeingWritten).toBe(true)
  }
  expect(mine({}, { signers, standing: MediationState.withdrawn }).toSign).toEqual([])
  expect(mine({ locked: true }, { signers }).toSign).toEqual([])
  expect(mine({ parties: [entry('B', { name: '张先生' })] }, { signers }).toSign).toEqual([])
})

test('a day is told from three days before it, and until somebody has looked', () => {
  const task = (at: number, check: string | null = null) => ({ clause: 'K1', text: '', at, performance: false, check })
  expect(mine({}, { tasks: [task(NOW + 4 * DAY)] }).due).toBeNull()
  expect(mine({}, { tasks: [task(NOW - DAY, 'H'), task(NOW + 2 * DAY)] }).due?.at).toBe(NOW + 2 * DAY)
  expect(mine({}, { tasks: [task(NOW - DAY)] }).due?.at).toBe(NOW - DAY)
})

test('who waits for a signature comes first, then what is due, then what was reported', () => {
  const quiet = mine({ doc: '4' })
  const reported = mine({ doc: '3' }, { reports: [{ report: 'M', clause: 'K1', open: true }] })
  const due = mine({ doc: '2' }, { tasks: [{ clause: 'K1', text: '', at: NOW, performance: false, check: null }] })
  const sign = mine({ doc: '1' }, { signers: [signer('B', 'missing')] })
  expect(byWaiting([quiet, reported, due, sign]).map(({ doc }) => doc)).toEqual(['1', '2', '3', '4'])
})

test('every standing has a sentence', () => {
  for (const state of Object.values(MediationState)) {
    expect(zh).toHaveProperty([`mediation.form.own.standing.${state}`])
    expect(standingSentence(state)).not.toMatch(/[{}_]/)
  }
})

test('a report says whether the office has all of it, its picture included, and what was found', () => {
  const reports = [entry('M1', { clause: 'K1', text: '中午在施工', photo: 'F1', at: 10 }), entry('M2', { clause: 'K2', text: '没有装', at: 20 }), entry('M3', { clause: 'K2', text: '还没有装', at: 30 })]
  const checks = [entry('H1', { clause: 'K2', result: 'breached', at: 25 }), entry('H0', { clause: 'K2', result: 'kept', at: 5 })]
  const told = reportsOf(view({ reports, checks, unsent: ['photos/F1'] }), agreement({ reports: [{ report: 'M1', clause: 'K1', open: true }, { report: 'M2', clause: 'K2', open: false }, { report: 'M3', clause: 'K2', open: true }] }))
  expect(told.map(({ entry, arrived, open, check }) => [entry.id, arrived, open, check?.id ?? null])).toEqual([
    ['M3', true, true, null],
    ['M1', false, true, null],
    ['M2', true, false, 'H1'],
  ])
  // What has just been written is open, before the core has been asked.
  expect(reportsOf(view({ reports, unsent: ['reports/M1'] }), null).every(({ open }) => open)).toBe(true)
})

test('a clause is known by its number and its words as they hold', () => {
  expect([clauseNumber(view(), 'K2'), clauseNumber(view(), 'gone')]).toEqual([2, 0])
  const tasks = [{ clause: 'K1', text: '午休不施工（原来的）', at: NOW, performance: false, check: null }]
  expect(clauseWords(view(), agreement({ tasks }), 'K1')).toBe('午休不施工（原来的）')
  expect(clauseWords(view(), agreement(), 'K2')).toBe('装隔音垫')
})

test('a check that answers a report does the task that is due with it, and no later one', () => {
  const task = (at: number, check: string | null = null) => ({ clause: 'K1', text: '', at, performance: false, check })
  expect(dueTask([task(NOW - DAY, 'H'), task(NOW - 1), task(NOW + DAY)], 'K1', NOW)?.at).toBe(NOW - 1)
  expect(dueTask([task(NOW + DAY)], 'K1', NOW)).toBeUndefined()
  expect(dueTask([task(NOW - DAY)], 'K2', NOW)).toBeUndefined()
})
