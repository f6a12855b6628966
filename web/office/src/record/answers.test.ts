import { expect, test } from 'vitest'
import type { Sheet } from '@shared/form'
import { definitionIn } from '../kinds'
import { answerPaths, missingText } from './answers'
import { LI, story, written } from './fixtures'
import { label, show } from './read'
import { sectionOf, shapeOf } from './shape'
import { since } from './since'

const words = (zh: string) => ({ zh, en: `${zh} in English` })
const sheet: Sheet = {
  name: 'wages/2',
  named: true,
  form: {
    id: 'wages', version: 2, title: words('欠薪核实'), applies: [], roles: [], sections: { arrival: 'required' },
    questions: [
      { id: 'people', label: words('涉及多少人'), required: true, kind: 'number', min: 1, max: 100, unit: words('人') },
      { id: 'proof', label: words('有什么凭据'), required: true, kind: 'many', options: [{ code: 'slip', label: words('欠条') }, { code: 'list', label: words('考勤') }] },
    ],
  },
  asked: ['people', 'proof'],
  filled: [],
  missing: [{ what: 'question', part: 'questions', question: 'people' }, { what: 'arrival', part: 'arrival' }],
  gone: [{ path: 'answers/site/text', value: '柳岸路工地', question: { id: 'site', label: words('工地或门店'), required: false, kind: 'text', limit: 100 } }],
}
const record = story({
  form: sheet,
  values: [
    { path: 'answers/proof/has:slip', value: true, written: written(LI, 1) },
    { path: 'answers/people/number', value: 12, written: written(LI, 1) },
    { path: 'answers/site/text', value: '柳岸路工地', written: written(LI, 1) },
    { path: 'fields/form', value: 'wages/2', written: written(LI, 1) },
  ],
})
const definition = definitionIn(record)

test('answers are told by the labels of the form that the record has', () => {
  expect(label('answers/people/number', definition, record)).toBe('涉及多少人')
  expect(show('answers/people/number', 12, definition)).toBe('12 人')
  expect(label('answers/proof/has:slip', definition, record)).toBe('有什么凭据')
  expect(show('answers/proof/has:slip', true, definition)).toBe('欠条')
  expect(show('answers/proof/has:list', false, definition)).toBe('没有选“考勤”')
  expect(label('answers/site/text', definition, record)).toBe('工地或门店')
  expect(label('answers/unheard/text', definition, record)).toBe('原来的题目')
  expect(sectionOf('answers/people/number', definition)).toBe('answers')
  expect(shapeOf('answers/people/number', definition).kind).toBe('count')
})

test('answers stand in the order in which they are asked, those that are not asked any more apart', () => {
  const paths = record.values.map(({ path }) => path)
  expect(answerPaths(sheet, paths)).toEqual({ asked: ['answers/people/number', 'answers/proof/has:slip'], gone: ['answers/site/text'] })
})

test('what is missing is named as the form asks for it', () => {
  expect(sheet.missing.map((one) => missingText(sheet, one))).toEqual(['涉及多少人', '到场签到'])
})

test('an answer that came in while somebody was reading is told in words, the name of a form is not', () => {
  const values = record.values.map((one) => (one.path === 'answers/people/number' ? { ...one, value: 15 } : one.path === 'fields/form' ? { ...one, value: 'wages/3' } : one))
  const told = since(record, { ...record, values })
  expect(told.map(({ what }) => what)).toEqual([expect.stringContaining('涉及多少人')])
})
