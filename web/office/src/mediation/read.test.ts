import { expect, test } from 'vitest'
import type { Agreement, Entry, MediationStory } from '@shared/api-types'
import { MediationState } from '@shared/lifecycle/names'
import { DAY } from '../format'
import { entry, LI, story as recorded, ZHAO } from '../record/fixtures'
import { directoryOf, show } from '../record/read'
import { definitionOf } from '../kinds'
import { hearingsOf, isAlarming, looksOf, mattersOf, recordOf, reportedOf, representedOf, shortHash, sidesOf, termOf, termsOf, weekdays, yuan } from './read'

const agreement = (rest: Partial<Agreement> = {}): Agreement => ({
  standing: MediationState.draft,
  content: null,
  number: 1,
  unsettled: [],
  gaps: [],
  signers: [],
  revisions: [],
  split: false,
  holds: null,
  tasks: [],
  kept: [],
  reports: [],
  is_due: false,
  next_at: null,
  is_followed_up: false,
  ...rest,
})

const mediation = (collections: MediationStory['collections'], rest: Partial<Agreement> = {}): MediationStory => ({
  ...recorded({ kind: 'mediation', collections }),
  agreement: agreement(rest),
  judicial: null,
  dossier: [],
  people: [],
  phones_masked: false,
})
const ids = (entries: Entry[]) => entries.map(({ id }) => id)
const parties = [entry('A', { side: 'applicant', name: '甲某' }), entry('R', { side: 'respondent', name: '乙某' }), entry('X', { name: '丙某' })]

test('parties stand by side, and one without a side is a third', () => {
  expect(sidesOf(mediation({ parties })).map(({ side, parties }) => [side, ids(parties)])).toEqual([
    ['applicant', ['A']],
    ['respondent', ['R']],
    ['third', ['X']],
  ])
  expect(sidesOf(mediation({}))).toEqual([])
})

test('a claim stands with its points and with the clauses that answer it, and nothing is lost that answers none', () => {
  const claims = [entry('C1', { text: '太吵', party: 'A' }), entry('C2', { text: '赔偿', party: 'A' })]
  const points = [entry('P1', { claim: 'C1', standing: 'disputed' })]
  const clauses = [entry('K1', { claim: 'C1' }), entry('K2', { claim: 'gone' }), entry('K3', { text: '另一条' })]
  const told = mattersOf(mediation({ claims, points, clauses }))
  expect(told.map(({ claim, points, clauses }) => [claim?.id ?? null, ids(points), ids(clauses)])).toEqual([
    ['C1', ['P1'], ['K1']],
    ['C2', [], []],
    [null, [], ['K2', 'K3']],
  ])
})

test('what was said at a session stands in a column for each side', () => {
  const sessions = [entry('S1', { at: 1 })]
  const statements = [entry('T1', { session: 'S1', party: 'R' }), entry('T2', { session: 'S1', party: 'A' }), entry('T3', { session: 'gone', party: 'A' })]
  const told = hearingsOf(mediation({ parties, sessions, statements }))
  expect(told.map(({ session, columns }) => [session?.id ?? null, columns.map(({ side, statements }) => [side, ids(statements)])])).toEqual([
    ['S1', [['applicant', ['T2']], ['respondent', ['T1']]]],
    [null, [['applicant', ['T3']]]],
  ])
})

test('tasks stand with what was found, and checks of no task among them by date', () => {
  const clauses = [entry('K1', { text: '九时起' })]
  const checks = [entry('H1', { clause: 'K1', task_at: 100, at: 130 }), entry('H2', { clause: 'K1', at: 150 })]
  const tasks = [
    { clause: 'K1', text: '九时起', at: 100, performance: false, check: 'H1' },
    { clause: 'K1', text: '九时起', at: 200, performance: true, check: null },
  ]
  expect(looksOf(mediation({ clauses, checks }, { tasks })).map(({ at, task, check, clause }) => [at, task?.performance ?? null, check?.id ?? null, clause?.id])).toEqual([
    [100, false, 'H1', 'K1'],
    [150, null, 'H2', 'K1'],
    [200, true, null, 'K1'],
  ])
})

test('terms of a clause are told in days, hours and yuan', () => {
  expect(termsOf(entry('K', { weekdays: 0b0011111, from_minute: 540, to_minute: 720, amount_fen: 125_050 }))).toEqual(['周一至周五', '09:00—12:00', '1,250.50 元'])
  expect(termsOf(entry('K', { from_minute: 0, to_minute: 1440 }))).toEqual(['00:00—24:00'])
  expect(termsOf(entry('K', { from_minute: 540 }))).toEqual([])
  expect([0b1111111, 0b1100000, 0b0001010].map(weekdays)).toEqual(['每天', '周末', '周二、周四'])
  expect([100, 99, 1_234_567_00].map(yuan)).toEqual(['1', '0.99', '1,234,567'])
})

test('the time to ask a court is open, soon over, over, or was used', () => {
  const judicial = { until: '2026-10-08', at: 100 * DAY, provisional: false }
  expect([50, 93, 99, 100].map((days) => termOf(judicial, null, days * DAY))).toEqual(['open', 'soon', 'soon', 'over'])
  expect(termOf(judicial, 5, 200 * DAY)).toBe('applied')
})

test('a high risk alarms until something has been agreed on', () => {
  const alarming = Object.values(MediationState).filter((standing) => isAlarming('high', standing))
  expect(alarming).toEqual([MediationState.draft, MediationState.partly_signed])
  expect(isAlarming('medium', MediationState.draft)).toBe(false)
})

test('a party that something names by its id is shown by its name, and so is a person', () => {
  const told = mediation({ parties, mediators: [entry('M', { name: '调解员一', user: ZHAO.id }, LI)] })
  const people = directoryOf(recordOf(told), [ZHAO])
  const definition = definitionOf('mediation')
  expect(show('claims/C1/party', 'A', definition, people)).toBe('甲某')
  expect(show('mediators/M/user', ZHAO.id, definition, people)).toBe(ZHAO.name)
  expect(show('fields/risk', 'high', definition, people)).toBe('风险高')
})

test('a hash is short enough to read out', () => {
  expect(shortHash('0123456789abcdef')).toBe('01234567')
})

test('an open report comes before those that were looked at, with its clause, its picture and what was found', () => {
  const clauses = [entry('K1', { text: '夜里不施工', pos: 'a' }), entry('K2', { text: '装隔音垫', pos: 'b' })]
  const reports = [entry('M1', { clause: 'K2', text: '没有装', at: 100 }), entry('M2', { clause: 'K1', text: '夜里还在施工', photo: 'F', at: 300 }), entry('M3', { clause: 'gone', at: 200 })]
  const checks = [entry('H1', { clause: 'K2', result: 'kept', at: 50 }), entry('H2', { clause: 'K2', result: 'breached', at: 150 }), entry('H3', { clause: 'K1', result: 'kept', at: 10 })]
  const told = reportedOf(mediation({ clauses, reports, checks }, { reports: [{ report: 'M1', clause: 'K2', open: false }, { report: 'M2', clause: 'K1', open: true }, { report: 'M3', clause: 'gone', open: false }] }))
  expect(told.map(({ report, open, number, photo, check }) => [report.id, open, number, photo, check?.id ?? null])).toEqual([
    ['M2', true, 1, 'F', null],
    ['M3', false, 0, null, null],
    ['M1', false, 2, null, 'H2'],
  ])
})

test('who follows a mediation on their own phone is told with their party', () => {
  const parties = [entry('A', { name: '甲某', person: 'P1' }), entry('R', { name: '乙某' }), entry('X', { name: '丙某', person: null })]
  expect(representedOf(mediation({ parties })).map(({ party, person }) => [party.id, person])).toEqual([['A', 'P1']])
})
