import { expect, test } from 'vitest'
import { entry, LI, story, written, ZHAO } from './fixtures'
import { changeText, directoryOf, label, ordered, placeOf, show, valuesOf } from './read'
import visit from '../kinds/visit'
import { sectionOf, shapeOf } from './shape'
import { listed } from '@shared/words'

test('values are told in words by their kind', () => {
  expect(show('fields/severity', 'high', visit)).toBe('严重')
  expect(show('fields/hazard', true, visit)).toBe('有')
  expect(show('fields/hazard', false, visit)).toBe('没有')
  expect(show('fields/contact_made', true, visit)).toBe('是')
  expect(show('fields/next_visit_at', Date.parse('2026-11-24T17:30:00+08:00'), visit)).toBe('2026-11-24 17:30')
  expect(show('fields/cleanup_amount', 12, visit)).toBe('12')
  expect(show('fields/building', null, visit)).toBe('未填写')
  expect(show('notes/finding', '堆物', visit)).toBe('堆物')
})

test('a word this version does not know is shown as it is', () => {
  expect(show('fields/severity', 'extreme', visit)).toBe('extreme')
})

test('people are named wherever the visit names them', () => {
  const one = story({ values: [{ path: 'fields/building', value: '3号楼', written: written(ZHAO, 1) }] })
  const people = directoryOf(one, [LI])
  expect(show('participants/X/user', 'P1', visit, people)).toBe('李某山')
  expect(show('arrivals/X/by', 'P2', visit, people)).toBe('赵某兰')
  expect(show('arrivals/X/by', '01KAQ000000000000000ABCDEF', visit, people)).toBe('其他人员（尾号 ABCDEF）')
})

test('a long text names everybody who wrote in it, the last one first to be told', () => {
  const one = story({
    notes: { finding: '堆物，已清', process: '' },
    history: [
      { hash: 'a', message: 'visit.note.finding', written: written(LI, 1) },
      { hash: 'b', message: 'visit.severity', written: written(LI, 2) },
      { hash: 'c', message: 'visit.note.finding', written: written(ZHAO, 3) },
    ],
  })
  const [finding, process] = valuesOf(one)
  expect([finding?.path, finding?.written?.person?.name, finding?.writers.map((person) => person.name)]).toEqual(['notes/finding', '赵某兰', ['李某山', '赵某兰']])
  expect([process?.written, process?.writers]).toEqual([null, []])
})

test('an entry’s value is called by its place in the list', () => {
  const one = story({ collections: { persuasions: [entry('B', { at: 20 }), entry('A', { at: 10 })] } })
  expect(label('persuasions/B/household', visit, one)).toBe('上门劝导 2 · 住户')
  expect(label('photos/Z', visit, one)).toBe('照片')
  expect(label('fields/severity', visit)).toBe('严重程度')
  expect(label('fields/unheard_of', visit)).toBe('unheard_of')
})

test('entries are ordered by position, then time, then id', () => {
  const list = [entry('c', { at: 5 }), entry('b', { at: 5 }), entry('a', { at: 9, pos: 'a' }), entry('d', { at: 1 })]
  expect(ordered(list).map((one) => one.id)).toEqual(['d', 'b', 'c', 'a'])
})

test('a place carries its accuracy, and no fix is no place', () => {
  expect(placeOf(entry('a', { lat_e7: 367_003_710, lon_e7: 1_170_359_720, accuracy_m: 9 }))).toBe('北纬 36.70037°，东经 117.03597°（±9 米）')
  expect(placeOf(entry('a', { lat_e7: null, lon_e7: null }))).toBeNull()
})

test('changes are told by their intent', () => {
  expect(changeText('visit.severity')).toBe('填写“严重程度”')
  expect(changeText('visit.note.finding')).toBe('修改“看到的情况”')
  expect(changeText('visit.photos.put')).toBe('填写照片')
  expect(changeText('visit.items.remove')).toBe('删除发现物品')
  expect(changeText('visit.submit')).toBe('提交审核')
  expect(changeText('visit.settle')).toBe('选定一种说法')
})

test('every listed value has a name and every enum word a text', () => {
  for (const path of visit.sections.flatMap((section) => [...section.paths])) {
    expect(listed(`visit.${path.replace('/', '.')}`), path).toBe(true)
    expect(sectionOf(path, visit)).not.toBe('other')
    const shape = shapeOf(path, visit)
    for (const word of shape.words ?? []) expect(listed(`${shape.group}.${word}`), `${shape.group}.${word}`).toBe(true)
  }
})
