import { expect, test } from 'vitest'
import { Finding, TaskKind, TicketAction, TicketState } from '@shared/lifecycle/names'
import { listed } from '@shared/words'
import { known } from '../../i18n'
import { ticket } from './fixtures'
import { actOf, begun, fieldsOf, FORM_FIELDS, isPlain, missing, shown } from './forms'

const one = ticket(TicketState.in_progress)
const ask = (action: TicketAction) => fieldsOf(action, one)

test('whatever a form asks has a name, and each choice a word', () => {
  for (const action of Object.values(TicketAction)) {
    for (const field of [...ask(action), ...FORM_FIELDS]) {
      expect(known(`ask.${action}.${field.name}`) || known(`ask.${field.name}`), `${action} ${field.name}`).toBe(true)
      for (const choice of field.choices ?? []) expect(listed(`${field.group}.${choice}`), `${field.group}.${choice}`).toBe(true)
    }
  }
})

test('what one click does asks nothing', () => {
  expect(Object.values(TicketAction).filter(isPlain)).toEqual([TicketAction.accept, TicketAction.assign, TicketAction.take, TicketAction.evaluate, TicketAction.merge])
})

test('a callback asks for three answers, or for the reason why there are none', () => {
  const fields = ask(TicketAction.callback)
  const asked = { means: 'phone', asked: 'yes', service: 'satisfied', result: 'fair', solved: 'yes' }
  expect(missing(fields, { ...asked, solved: null })).toEqual(['solved'])
  expect(actOf(TicketAction.callback, fields, asked)).toEqual({ action: 'callback', means: 'phone', service: 'satisfied', result: 'fair', solved: true, words: '' })
  const silent = { ...asked, asked: 'no', not_asked: 'no_answer' }
  expect(shown(fields, silent).map(({ name }) => name)).not.toContain('service')
  expect(actOf(TicketAction.callback, fields, silent)).toEqual({ action: 'callback', means: 'phone', not_asked: 'no_answer', words: '' })
})

test('a task or a step that the form is about goes with it, what was only put in beforehand does not go twice', () => {
  expect(actOf(TicketAction.help_done, ask(TicketAction.help_done), { task: 7, words: ' 办好了 ' }, { task: 7 })).toEqual({ action: 'help_done', task: 7, words: '办好了' })
  const fields = ask(TicketAction.draft_feedback)
  const preset = { addressee: 'platform' }
  expect(begun(TicketAction.draft_feedback, one, preset)).toEqual({ ...preset, stage: 'opinion' })
  expect(begun(TicketAction.draft_feedback, ticket(TicketState.reviewed, { from_platform: false }))).toEqual({ addressee: 'requester', stage: 'result' })
  expect(actOf(TicketAction.draft_feedback, fields, { ...preset, stage: 'result', words: '好' }, preset)).toEqual({ action: 'draft_feedback', addressee: 'platform', stage: 'result', words: '好' })
})

test('lists are one entry a line, days are moments, and a list without an entry is missing', () => {
  const fields = ask(TicketAction.analyse)
  expect(missing(fields, { causes: ' \n ' })).toEqual(['causes'])
  expect(actOf(TicketAction.analyse, fields, { causes: '年久失修\n\n 没有资金 ' })).toEqual({ action: 'analyse', causes: ['年久失修', '没有资金'], topic: null, words: '' })
  expect(actOf(TicketAction.ask_extension, ask(TicketAction.ask_extension), { until: '1800000000000', words: '等配件' })).toEqual({ action: 'ask_extension', until: 1_800_000_000_000, words: '等配件' })
  expect(actOf(TicketAction.ask_outside, ask(TicketAction.ask_outside), { party: '供电公司', words: '查线路' })).toMatchObject({ due_at: null, contact: '' })
})

test('what is found unreasonable needs evidence, what is reasonable does not', () => {
  const fields = ask(TicketAction.find)
  expect(missing(fields, { finding: Finding.unreasonable, words: '查无此事' })).toEqual(['evidence'])
  expect(missing(fields, { finding: Finding.unreasonable, words: '查无此事', evidence: '现场照片' })).toEqual([])
  expect(missing(fields, { finding: Finding.reasonable, words: '属实' })).toEqual([])
  expect(actOf(TicketAction.find, fields, { finding: Finding.reasonable, words: '属实', evidence: '照片' })).toEqual({ action: 'find', finding: 'reasonable', words: '属实', evidence: ['照片'] })
})

test('the form of a channel keeps what was answered, in fen and in whole numbers', () => {
  const owed = ticket(TicketState.accepted, { form: { amount_fen: 1_250_000, people: 3, enterprise: '某公司' } })
  const fields = fieldsOf(TicketAction.describe, owed)
  const values = begun(TicketAction.describe, owed)
  expect(values).toEqual({ amount_fen: '12500', people: '3', enterprise: '某公司' })
  expect(actOf(TicketAction.describe, fields, values)).toEqual({ action: 'describe', form: owed.life.form })
})

test('a task’s own kind has a word', () => {
  for (const kind of Object.values(TaskKind)) expect(listed(`task_kind.${kind}`)).toBe(true)
})

test('another subject or urgency asks whether the deadline moves with it', () => {
  const fields = ask(TicketAction.classify)
  const values = begun(TicketAction.classify, one)
  const names = (more: object) => shown(fields, { ...values, ...more }).map(({ name }) => name)
  expect(names({ request_kind: 'help' })).not.toContain('moves_deadline')
  expect(names({ urgency: 'critical' })).toContain('moves_deadline')
  expect(missing(fields, { ...values, request_kind: 'help', requester_type: 'enterprise' })).toEqual(['moves_deadline'])
  const moved = { ...values, request_kind: 'help', requester_type: 'enterprise', moves_deadline: 'yes' }
  expect(actOf(TicketAction.classify, fields, moved)).toMatchObject({ requester_type: 'enterprise', moves_deadline: true })
  expect(actOf(TicketAction.classify, fields, { ...values, request_kind: 'help' })).not.toHaveProperty('moves_deadline')
})
