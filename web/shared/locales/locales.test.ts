import { expect, test } from 'vitest'
import fieldEn from './field.en.json'
import fieldZh from './field.zh-CN.json'
import officeEn from './office.en.json'
import officeZh from './office.zh-CN.json'

const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()

for (const [app, zh, en] of [
  ['field', fieldZh, fieldEn],
  ['office', officeZh, officeEn],
] as [string, Record<string, string>, Record<string, string>][]) {
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
