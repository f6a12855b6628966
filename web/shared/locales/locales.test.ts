import { expect, test } from 'vitest'
import fieldEn from './field.en.json'
import fieldZh from './field.zh-CN.json'
import officeEn from './office.en.json'
import officeZh from './office.zh-CN.json'

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()

type Messages = Record<string, string>
const ofKinds = import.meta.glob<Messages>(['../../field/src/kinds/*/messages/*.json', '../../office/src/kinds/*/messages/*.json'], { eager: true, import: 'default' })
/** Every message file: the apps' own, and those of each kind in each app. */
const files: [name: string, zh: Messages, en: Messages][] = [
  ['field', fieldZh, fieldEn],
  ['office', officeZh, officeEn],
  ...Object.entries(ofKinds).flatMap(([path, zh]): [string, Messages, Messages][] => (path.endsWith('zh-CN.json') ? [[path.replace(/^.*\/(\w+)\/src\/kinds\/(\w+)\/.*$/, '$1 $2'), zh, ofKinds[path.replace('zh-CN', 'en')] ?? {}]] : [])),
]

test('the messages of each kind are found in both apps', () => {
  expect(files.map(([name]) => name)).toEqual(expect.arrayContaining(['field visit', 'office visit']))
})

test('a kind’s messages begin with its name', () => {
  for (const [name, zh] of files.slice(2)) for (const key of Object.keys(zh)) expect(key.split('.')[0], key).toBe(name.split(' ')[1])
})

for (const [app, zh, en] of files) {
  test(`${app}: both languages have the same keys`, () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort())
  })

  test(`${app}: both languages fill the same places, and no text is empty`, () => {
    for (const key of Object.keys(zh)) {
      expect(zh[key]?.trim(), key).toBeTruthy()
      expect(en[key]?.trim(), key).toBeTruthy()
      expect(places(en[key] ?? ''), key).toEqual(places(zh[key] ?? ''))
    }
  })

  test(`${app}: Chinese texts are Chinese`, () => {
    const latin = Object.entries(zh)
      .map(([key, text]) => [key, text.replace(/\{\w+\}/g, '')] as const)
      .filter(([, text]) => !/[\u4e00-\u9fff]/.test(text) && /[A-Za-z]{4,}/.test(text))
    expect(latin.filter(([key]) => !key.startsWith('language.'))).toEqual([])
  })
}

// The list of words, common ones and each kind's own.
const lists = import.meta.glob<Record<string, string>>(['@core-words/*.json', '@core-kinds/*/words/*.json'], { eager: true, import: 'default' })
const folders = [...new Set(Object.keys(lists).map((path) => path.slice(0, path.lastIndexOf('/'))))]
const list = (folder: string, language: string) => lists[`${folder}/${language}.json`] ?? {}

test('the list of words is found, the common one and that of each kind', () => {
  expect(folders.some((folder) => folder.endsWith('sync-core/words'))).toBe(true)
  expect(folders.some((folder) => folder.endsWith('kinds/visit/words'))).toBe(true)
})

for (const folder of folders) {
  const name = folder.replace(/^.*sync-core\//, '')

  test(`${name}: both languages have the same words in the same order, none empty`, () => {
    expect(Object.keys(list(folder, 'en'))).toEqual(Object.keys(list(folder, 'zh-CN')))
    for (const language of ['zh-CN', 'en']) for (const [key, text] of Object.entries(list(folder, language))) expect(text.trim(), `${language} ${key}`).toBeTruthy()
  })

  test(`${name}: Chinese words are Chinese, English ones are not`, () => {
    expect(Object.entries(list(folder, 'zh-CN')).filter(([, text]) => !/[\u4e00-\u9fff]/.test(text))).toEqual([])
    expect(Object.entries(list(folder, 'en')).filter(([, text]) => /[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/.test(text))).toEqual([])
  })
}

test('a kind’s words begin with its name, and no common word does', () => {
  const kindOf = (folder: string) => /kinds\/(\w+)\/words$/.exec(folder)?.[1]
  const kinds = folders.flatMap((folder) => kindOf(folder) ?? [])
  for (const folder of folders) {
    const heads = new Set(Object.keys(list(folder, 'zh-CN')).map((key) => key.split('.')[0] ?? ''))
    const kind = kindOf(folder)
    if (kind) expect([...heads]).toEqual([kind])
    else expect(kinds.filter((one) => heads.has(one))).toEqual([])
  }
})

/** What a word of the list stands under: `role`, `ticket_state`, `visit.fields`, `visit.choices.severity`. */
const groupOf = (key: string) => key.split('.').slice(0, -1).join('.')
const groups = new Set(folders.flatMap((folder) => Object.keys(list(folder, 'zh-CN')).map(groupOf)).filter(Boolean))
/** Groups that the message files had for the same words before there was a list. */
const FORMER = ['stage', 'status', 'ticket_status', 'visit_state', 'severity', 'cooperation', 'place_kind', 'finding_kind', 'cleanup_state', 'cleanup_unit', 'item', 'item_state', 'unit', 'photo_role', 'photo_source', 'arrival_source', 'mark', 'fields', 'arrivals', 'participants', 'persuasions', 'events', 'has', 'home', 'need']

for (const [app, zh] of files) {
  test(`${app}: no message stands where the list has a word, or where it stood before`, () => {
    const twice = Object.keys(zh).filter((key) => key in Object.assign({}, ...Object.values(lists)) || groups.has(groupOf(key)) || FORMER.includes(key.split('.')[0] ?? ''))
    expect(twice).toEqual([])
  })
}

/** Other names that one thing has had on one of the two screens. Phone and office talk about it on the telephone. */
const RETIRED = ['部分清理', '院落', '处理前', '处理后', '宣传劝导', '过程说明', '发现说明', '填写中', '已通过', '配合程度', '楼栋', '未传', '不一致']

test('a thing has one name on both screens: none that was retired is back', () => {
  const everywhere = [...files.map(([, zh]) => zh), ...folders.map((folder) => list(folder, 'zh-CN'))]
  const found = everywhere.flatMap((texts) => Object.entries(texts).filter(([, text]) => RETIRED.some((word) => text.includes(word))))
  expect(found).toEqual([])
})
