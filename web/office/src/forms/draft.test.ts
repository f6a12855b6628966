import { expect, test } from 'vitest'
import type { Form } from '@shared/form'
import { askedOf, draftOf, emptyDraft, emptyQuestion, formOf, freeId, lackingOf, move, strayed } from './draft'

const label = (zh: string, en?: string) => ({ zh, ...(en ? { en } : {}) })
const form: Form = {
  id: 'wages',
  version: 2,
  title: label('欠薪核实', 'Unpaid wages'),
  applies: [['劳动保障', '工资']],
  requesters: ['enterprise'],
  roles: ['grid_worker'],
  sections: { arrival: 'required', notes: 'optional' },
  questions: [
    { id: 'contract', label: label('有没有合同'), required: true, kind: 'one', options: [{ code: 'yes', label: label('有') }, { code: 'no', label: label('没有') }] },
    { id: 'why', label: label('为什么没有'), hint: label('写原话'), required: true, kind: 'text', limit: 80, relevant: { question: 'contract', test: 'equals', value: 'no' } },
    { id: 'proof', label: label('凭据'), required: false, kind: 'many', options: [{ code: 'slip', label: label('欠条') }, { code: 'list', label: label('考勤') }] },
    { id: 'pages', label: label('几页'), required: true, kind: 'number', min: 1, max: 9, unit: label('页'), relevant: { question: 'proof', test: 'contains', value: 'list' } },
    { id: 'by', label: label('谁记的'), required: true, kind: 'date', relevant: { question: 'pages', test: 'answered' } },
  ],
}

test('a form comes back from the fields as it went in', () => {
  expect(formOf(draftOf(form, 2))).toEqual({ form, wrong: null })
})

test('what is no whole number is told with its question and field', () => {
  const draft = draftOf(form, 3)
  const pages = draft.questions.find(({ id }) => id === 'pages')!
  pages.max = '很多'
  expect(formOf(draft).wrong).toEqual({ question: 'pages', field: 'range' })
  pages.max = '１２'
  expect(formOf(draft).wrong).toBeNull()
  draft.questions[1]!.limit = ''
  expect(formOf(draft).wrong).toEqual({ question: 'why', field: 'limit' })
})

test('signs that mean something in a form stand full width, and a line stays one line', () => {
  const draft = emptyDraft()
  draft.questions.push({ ...emptyQuestion('q1'), label: { zh: ' 一|二\n三#四 ', en: '' } })
  expect(formOf(draft).form.questions[0]?.label).toEqual({ zh: '一｜二 三＃四' })
})

test('questions come and go with the answers as on the phone, and what is missing is told', () => {
  const ids = (answers: Parameters<typeof askedOf>[1]) => askedOf(form, answers).map(({ id }) => id)
  expect(ids({})).toEqual(['contract', 'proof'])
  expect(ids({ contract: 'no', proof: ['list'] })).toEqual(['contract', 'why', 'proof', 'pages'])
  expect(ids({ contract: 'yes', proof: ['list'], pages: '3' })).toEqual(['contract', 'proof', 'pages', 'by'])
  // A number outside its bounds is no answer, and what hangs on a question that is not asked is not asked either.
  expect(ids({ proof: ['list'], pages: '30' })).toEqual(['contract', 'proof', 'pages'])
  expect(ids({ proof: ['slip'], pages: '3' })).toEqual(['contract', 'proof'])
  expect(lackingOf(form, { contract: 'no', proof: ['list'], pages: '30' }).map(({ id }) => id)).toEqual(['why', 'pages'])
})

test('a condition on what does not stand above is found, and questions move by one place', () => {
  const { questions } = draftOf(form, 2)
  expect(strayed(questions)).toEqual([])
  expect(move(questions, 1, -1)).toBe(true)
  expect(strayed(questions).map(({ id }) => id)).toEqual(['why'])
  expect(move(questions, 0, -1)).toBe(false)
  expect(move(questions, 4, 1)).toBe(false)
  expect(freeId('q', ['q1', 'q3'])).toBe('q4')
})
