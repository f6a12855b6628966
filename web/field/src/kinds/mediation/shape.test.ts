// @vitest-environment happy-dom
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ContactsPage } from '@shared/core/api'
import type { Entry, RecordView, Signer } from '@shared/core/views'
import { alongside, ASKS } from './asks'
import definition from './index'
import zh from './messages/zh-CN.json'
import { paperOf } from './paper'
import { GAP_CODES, partOfGap, placeName, textOf, wordsAt } from './shape'
import { waiting } from './signing'

const entry = (id: string, more: Record<string, string | number | boolean | null> = {}, removed = false): Entry => ({ id, removed, pos: id, ...more })
const SEALED = '01'.repeat(109)
const view: RecordView = {
  doc: 'D', kind: 'mediation', ticket: 'T', state: 'draft', answers: {}, notes: {}, photos: [], events: [], conflicts: [], aside: [], pending: 0, unsent: [], reviews: [], shared: false, locked: false,
  fields: { form: 'record', place: '5 号楼', facts: '夜里施工' },
  parties: [entry('A', { side: 'applicant', name: '张某', contact: SEALED }), entry('B', { side: 'respondent', name: '李某' }), entry('X', { name: '走了的人' }, true)],
  mediators: [entry('M', { name: '王小梅', user: 'U1' })],
  claims: [entry('C', { party: 'A', text: '晚上别施工' })],
  points: [],
  clauses: [entry('K2', { text: '第二条', pos: 'b' }), entry('K1', { text: '八点以后不施工', performer: 'B', claim: 'C', amount_fen: 5_000, pos: 'a' })],
  sessions: [entry('S', { place: '物业办公室' })],
  statements: [entry('T1', { session: 'S', party: 'A', text: '睡不着' })],
  consultations: [entry('Q', { unit: '物业', asked: '几点关门' })],
  invitees: [],
  signatures: [],
  checks: [],
  confirmations: [],
}
const said = (of: RecordView) => JSON.stringify(paperOf(of))

test('every gap that the core can name has a part of the form and a sentence', () => {
  const core = '../sync-core/src/kinds/mediation/gaps.rs'
  expect(existsSync(core)).toBe(true)
  const codes = [...(readFileSync(core, 'utf8').split('pub const GAPS')[1]?.split('];')[0] ?? '').matchAll(/\(\s*"([a-z_]+)",/g)].map(([, code = '']) => code)
  expect(codes.length).toBeGreaterThan(10)
  expect(GAP_CODES.toSorted()).toEqual(codes.toSorted())
  const parts = definition.parts.map(({ name }) => name)
  for (const code of codes) {
    expect(parts, code).toContain(partOfGap(code))
    expect(zh, code).toHaveProperty([`mediation.form.gap.${code}`])
  }
  expect(parts).toContain(partOfGap('a_gap_of_tomorrow'))
})

test('what is signed is on the paper to be read, and what is not signed is not', () => {
  for (const words of ['张某', '李某', '王小梅', '夜里施工', '晚上别施工', '八点以后不施工', '第二条', '50 元', '睡不着', '物业办公室', '5 号楼']) expect(said(view), words).toContain(words)
  for (const words of ['走了的人', SEALED, '几点关门']) expect(said(view), words).not.toContain(words)
  expect(said({ ...view, fields: { ...view.fields, form: 'agreement' } })).not.toContain('睡不着')
})

test('every register that the core signs can be read on the paper', () => {
  const source = readFileSync('../sync-core/src/kinds/mediation/content.rs', 'utf8').split('/// Registers by name.')[0] ?? ''
  const lists = [...source.matchAll(/"(parties|mediators|claims|points|clauses|sessions|statements)",\s*&\[([^\]]*)\]/g)]
  expect(lists.length).toBe(7)
  const fields = [...(source.split('const ENTRIES')[0] ?? '').matchAll(/^ {4}"([a-z_]+)",$/gm)].map(([, name = '']) => name)
  expect(fields.length).toBe(8)
  // Which paper it is stands in its heading.
  for (const name of fields.filter((one) => one !== 'form')) expect(said({ ...view, fields: { ...view.fields, [name]: `甲乙${name}` } }), name).toContain(`甲乙${name}`)
  const links = ['party', 'claim', 'performer', 'session']
  const times = ['due_at', 'check_from_at', 'at']
  const numbers: Record<string, number> = { from_minute: 61, to_minute: 122, weekdays: 5, amount_fen: 77_701, check_every_days: 13, check_times: 17 }
  for (const [, collection = '', names = ''] of lists) {
    for (const [, name = ''] of names.matchAll(/"([a-z_]+)"/g)) {
      if (links.includes(name)) continue
      const list = ASKS[collection as keyof typeof ASKS]
      const ask = list.find((one) => one.name === name)
      expect(ask, `${collection}/${name} is asked for`).toBeDefined()
      const value = ask?.how === 'choice' ? (ask.codes?.[0] ?? '') : ask?.how === 'flag' ? true : times.includes(name) ? Date.parse('2031-03-04T09:00:00+08:00') : (numbers[name] ?? `甲乙${name}`)
      const base: Record<string, number> = collection === 'clauses' && name.startsWith('check_') ? { check_from_at: Date.parse('2030-01-01T09:00:00+08:00'), check_every_days: 1, check_times: 1 } : {}
      const more = view[collection as 'parties']?.slice(0, 1).map((one) => ({ ...one, ...base })) ?? []
      const before = said({ ...view, [collection]: more.length ? more : [entry('N', base)] })
      const after = said({ ...view, [collection]: [{ ...(more[0] ?? entry('N', base)), [name]: value }] })
      if (more[0]?.[name] !== value) expect(after, `${collection}/${name}`).not.toBe(before)
    }
  }
})

test('a number is told by who has its key, and by nobody else', () => {
  const told = (contacts?: ContactsPage) => textOf(view, 'parties/A/contact', SEALED, contacts)
  expect(told({ key: 'here', numbers: { [SEALED]: '13800000000' } })).toBe('13800000000')
  expect(told({ key: 'here', numbers: { [SEALED]: null } })).toBe(zh['mediation.form.contact.unreadable'])
  expect(told({ key: 'no', numbers: {} })).toBe(zh['mediation.form.contact.hidden'])
  for (const contacts of [undefined, { key: 'later' as const, numbers: {} }]) expect(told(contacts)).toBe(zh['mediation.form.contact.later_read'])
  expect(textOf(view, 'consultations/Q/contact', '孙经理')).toBeNull()
  const may = (path: string, key: ContactsPage['key']) => definition.maySettle?.(path, { key, numbers: {} })
  expect([may('parties/A/contact', 'here'), may('parties/A/contact', 'no'), may('parties/A/name', 'no')]).toEqual([true, false, true])
})

test('places are called by their names, and what stands there is told in words', () => {
  expect(placeName(view, 'fields/facts')).toBe('主要事实')
  expect(placeName(view, 'clauses/K1/text')).toBe('协议条款 1 · 条款内容')
  expect(placeName(view, 'parties/A/name')).toBe('当事人 张某 · 姓名或名称')
  expect(placeName(view, 'clauses/K2')).toBe('协议条款 2（新加的）')
  expect(placeName(view, 'parties/X')).toBe('当事人 走了的人（已删除）')
  expect(placeName(view, 'clauses')).toBe('协议条款（顺序）')
  const plain = (path: string, value: unknown) => textOf(view, path, value as string) ?? String(value)
  expect(wordsAt(view, 'clauses/K1/performer', plain)).toBe('李某')
  expect(wordsAt(view, 'clauses/K1/amount_fen', plain)).toBe('50 元')
  expect(wordsAt(view, 'clauses/K1', plain)).toBe('八点以后不施工')
  expect(wordsAt(view, 'parties/X', plain)).toBe('')
  expect([textOf(view, 'clauses/K1/removed_at', null), textOf(view, 'clauses/K1/removed_at', 5)]).toEqual(['保留', '删除'])
})

test('the phone goes from the parties to the mediator who holds it, and last to the seal', () => {
  const one = (capacity: Signer['capacity'], id: string | null, state: 'missing' | 'refused' = 'missing', needed = true): Signer => (state === 'refused' ? { capacity, id, name: String(id), needed, state, signature: 'S' } : { capacity, id, name: String(id), needed, state })
  const all = [one('committee', null), one('mediator', 'M1'), one('mediator', 'M2'), one('party', 'A'), one('party', 'B', 'refused'), one('party', 'C')]
  expect(waiting(all, (id) => id === 'M2').map(({ id }) => id)).toEqual(['A', 'C', 'M2', null])
  expect(waiting([one('mediator', 'M1', 'missing', false)], () => true)).toEqual([])
})

test('what hangs on a value goes with it', () => {
  expect(alongside('clauses', 'check_from_at', null, 9)).toEqual({ check_every_days: null, check_times: null })
  expect(alongside('consultations', 'answer', '二十二点', 9)).toEqual({ answered_at: 9 })
  expect(alongside('claims', 'text', '别施工', 9)).toEqual({})
})
