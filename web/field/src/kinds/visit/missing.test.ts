import { expect, test } from 'vitest'
import type { Missing, Question } from '@shared/form'
import type { FormView } from '@shared/core/views'
import { answerText, numberOf, questionAt } from './answers'
import { arrange, shownQuestions } from './arrange'
import { missing } from './missing'

const label = (zh: string) => ({ zh, en: `${zh} in English` })
const contract: Question = { id: 'contract', label: label('有没有合同'), required: true, kind: 'one', options: [{ code: 'yes', label: label('有') }, { code: 'no', label: label('没有') }] }
const why: Question = { id: 'why', label: label('为什么'), required: false, kind: 'text', limit: 50, relevant: { question: 'contract', test: 'equals', value: 'no' } }
const proof: Question = { id: 'proof', label: label('凭据'), required: false, kind: 'many', options: [{ code: 'slip', label: label('欠条') }, { code: 'list', label: label('考勤') }] }
const people: Question = { id: 'people', label: label('人数'), required: false, kind: 'number', min: 1, max: 100, unit: label('人') }

const form = (more: Partial<FormView> = {}, sections: FormView['form']['sections'] = { arrival: 'required', outcome: 'required', photos: 'optional', notes: 'optional' }): FormView => ({
  name: 'wages/1',
  named: true,
  form: { id: 'wages', version: 1, title: label('欠薪核实'), applies: [], roles: [], sections, questions: [contract, why, proof, people] },
  asked: ['contract', 'proof', 'people'],
  filled: [],
  missing: [],
  gone: [],
  fits: null,
  ...more,
})

test('what is missing is named as the form asks for it, and leads to its place', () => {
  const lacks: Missing[] = [
    { what: 'arrival', part: 'arrival' },
    { what: 'question', part: 'questions', question: 'contract' },
    { what: 'photo', part: 'photos' },
  ]
  const found = missing(form({ missing: lacks }))
  expect(found.map(({ part, at }) => at ?? `part-${part}`)).toEqual(['part-arrival', 'question-contract', 'part-photos'])
  expect(found[1]?.text).toBe('有没有合同')
  expect(new Set(found.map(({ name }) => name)).size).toBe(3)
  expect(missing(null)).toEqual([])
})

test('what is required comes first with its questions, the rest is behind 更多', () => {
  expect(arrange(form())).toEqual({ first: ['arrival', 'questions', 'outcome'], more: ['more_questions', 'photos', 'notes'], opened: false })
  const everything = form({}, { arrival: 'required', people: 'required', finding: 'required', photos: 'required', persuasion: 'optional', items: 'optional', cleanup: 'required', notes: 'optional', outcome: 'required' })
  expect(arrange({ ...everything, asked: [] }).first).toEqual(['arrival', 'people', 'finding', 'photos', 'cleanup', 'outcome'])
})

test('nothing that somebody wrote is hidden: a part that the form leaves out, and answers that it does not ask for', () => {
  const filled = arrange(form({ filled: ['arrival', 'items'], gone: [{ path: 'answers/site/text', value: '工地' }] }))
  expect(filled.more).toEqual(['more_questions', 'photos', 'items', 'notes', 'gone'])
  expect(filled.opened).toBe(true)
})

test('a question that goes on from a required one stands below it', () => {
  const asked = shownQuestions(form({ asked: ['contract', 'why', 'proof', 'people'] }))
  expect(asked.first.map(({ id }) => id)).toEqual(['contract', 'why'])
  expect(asked.more.map(({ id }) => id)).toEqual(['proof', 'people'])
})

test('a number is what people write, within its bounds', () => {
  const bounds = { min: 1, max: 100_000 }
  expect(numberOf('１２', bounds)).toBe(12)
  expect(numberOf(' 86,000 ', bounds)).toBe(86_000)
  expect(numberOf('', bounds)).toBeNull()
  for (const wrong of ['0', '100001', '三', '1.5', '-1', '1e3']) expect(numberOf(wrong, bounds), wrong).toBeUndefined()
})

test('answers are told by the labels of their form, also of one that is gone', () => {
  const one = form({ gone: [{ path: 'answers/trade/choice', value: 'building', question: { id: 'trade', label: label('行业'), required: false, kind: 'one', options: [{ code: 'building', label: label('建筑') }] } }] })
  const told = (path: string, value: string | number | boolean | null) => answerText(questionAt(one, path), path, value)
  expect(told('answers/contract/choice', 'no')).toBe('没有')
  expect(told('answers/proof/has:slip', true)).toBe('欠条')
  expect(told('answers/people/number', 12)).toBe('12 人')
  expect(told('answers/trade/choice', 'building')).toBe('建筑')
  expect(told('answers/unheard/text', '工地')).toBe('工地')
  expect(told('fields/outcome', 'resolved')).toBeNull()
})
