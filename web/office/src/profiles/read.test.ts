import { expect, test } from 'vitest'
import type { ProfileForm, ProfileRow } from '@shared/api-types'
import { draftOf, formOf, groupsOf, lengthText, moreText, termText } from './read'

const form: ProfileForm = {
  id: 'enterprise_2110',
  version: 1,
  name: '企业诉求2110',
  basis: '机制',
  effective_from: '',
  terms: [
    { kind: 'arrival', amount: 2, unit: 'hours', from: 'assignment' },
    { kind: 'feedback', amount: 1, unit: 'working_days', from: 'assignment' },
    { kind: 'result', amount: 10, unit: 'working_days', from: 'dispatch' },
  ],
  feedback_to: ['requester', 'platform'],
  extension: { amount: 10, unit: 'working_days' },
  day_ends: 'midnight',
  hours_run_off_duty: true,
  business: '08:30-12:00 13:30-17:30',
  warnings: { blue_percent: 50, yellow_working_days: 1, yellow_percent: 25, purple_working_days: 1, return_hours: 4 },
}
const row = (version: number, in_force = false): ProfileRow => ({ id: form.id, version, name: form.name, basis: form.basis, effective_from: null, text: '', form: { ...form, version }, in_force, tickets: null, written_at: null, person: null, by: null })

test('a term is told in words', () => {
  const [arrival, feedback, result] = form.terms.map((term) => termText(term, form))
  expect([arrival, feedback, result]).toEqual(['交办后 2 小时内', '交办后 1 个工作日内，反馈给诉求人、平台', '派发后 10 个工作日内'])
  expect(lengthText({ amount: 3, unit: 'months' })).toBe('3 个月')
  expect(moreText(form)[0]).toBe('延期最长 10 个工作日')
  expect(moreText({ ...form, extension: null })[0]).toBe('没有规定能延多久')
})

test('the version of today stands first, the others newest first', () => {
  const [group] = groupsOf([row(1), row(2, true), row(3)])
  expect([group?.now.version, group?.newest.version, group?.others.map(({ version }) => version)]).toEqual([2, 3, [3, 1]])
})

test('a draft begins as the version it was written from, is the next one, and has no day yet', () => {
  const draft = draftOf(row(1), row(3))
  expect([draft.version, draft.effective_from, draft.terms.contact.on, draft.terms.arrival.amount]).toEqual([4, '', false, '2'])
  draft.effective_from = '2026-12-01'
  expect(formOf(draft)).toEqual({ ...form, version: 4, effective_from: '2026-12-01' })
})

test('what is no whole number is named by its field, and stays as it was typed', () => {
  const draft = draftOf(row(1), row(1))
  draft.terms.arrival.amount = '2.5'
  expect(formOf(draft)).toEqual({ wrong: '到达现场' })
  expect(draft.terms.arrival.amount).toBe('2.5')
  draft.terms.arrival.on = false
  draft.warnings.blue_percent = ''
  expect(formOf(draft)).toEqual({ wrong: '剩百分之几变蓝' })
  draft.warnings.blue_percent = '50'
  draft.extension.amount = '-5'
  // The hub says what is wrong with it.
  expect(formOf(draft)).toMatchObject({ extension: { amount: -5 } })
})
