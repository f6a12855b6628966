// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import en from '@shared/locales/field.en.json'
import zh from '@shared/locales/field.zh-CN.json'
import { router } from '../router'
import { helpOf, SENTENCES } from './how-to'

test('every page that people work on has help, and its address finds it', () => {
  const pages = [...new Set(router.getRoutes().map(({ path }) => path.split('/')[1] ?? ''))].filter((page) => page && !page.startsWith(':'))
  // A page that is itself a guide, or is the only thing on the phone, explains itself.
  const alone = ['enrol', 'guide']
  const same: Record<string, string> = { mediation: 'mediations' }
  expect(pages.filter((page) => !alone.includes(page) && helpOf(`/${same[page] ?? page}/01ABC`) === null)).toEqual([])
})

test('each sentence of the help stands in both languages, and none is left over', () => {
  const wanted = Object.entries(SENTENCES).flatMap(([page, count]) => Array.from({ length: count }, (_, i) => `howto.${page}.${i + 1}`)).sort()
  for (const words of [zh, en]) expect(Object.keys(words).filter((key) => /^howto\.\w+\.\d$/.test(key)).sort()).toEqual(wanted)
})

test('what the help calls a button is what the button is called', () => {
  const named = (words: Record<string, string>, open: string, close: string) =>
    Object.entries(words).flatMap(([key, text]) => (/^(howto|guide|light)\./.test(key) ? [...text.matchAll(new RegExp(`${open}([^${close}]+)${close}`, 'g'))].map(([, name = '']) => ({ key, name })) : []))
  for (const [words, open, close] of [[zh, '“', '”'], [en, '“', '”']] as const) {
    const all = Object.entries(words).filter(([key]) => !/^(howto|guide)\./.test(key)).map(([, text]) => text)
    const names = named(words, open, close)
    expect(names.length).toBeGreaterThan(8)
    expect(names.filter(({ name }) => !all.some((text) => text === name || text.startsWith(`${name} {`)))).toEqual([])
  }
})
