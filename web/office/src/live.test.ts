import { effectScope } from 'vue'
import { expect, test } from 'vitest'
import { Problem } from '@shared/api'
import type { Page } from '@shared/api-types'
import { useLoaded, usePaged } from './live'

const inScope = <T>(make: () => T): T => {
  const made = effectScope().run(make)
  if (made === undefined) throw new Error('the scope is gone')
  return made
}
/** A list of `n` numbers that answers in pages of three. */
const pages = (state: { n: number; asked: (string | null)[] }) => async (cursor: string | null): Promise<Page<number>> => {
  state.asked.push(cursor)
  const from = Number(cursor ?? 0)
  const items = Array.from({ length: state.n }, (_, i) => i).slice(from, from + 3)
  return { items, next: from + 3 < state.n ? String(from + 3) : null, total: state.n }
}

test('a list grows by pages and a refresh keeps as many rows as are shown', async () => {
  const state = { n: 8, asked: [] as (string | null)[] }
  const list = inScope(() => usePaged(pages(state)))
  await list.load()
  expect(list.rows.value).toEqual([0, 1, 2])
  await list.loadMore()
  await list.loadMore()
  expect(list.rows.value).toHaveLength(8)
  expect(list.hasMore.value).toBe(false)
  state.n = 9
  await list.refresh()
  expect(list.rows.value).toHaveLength(9)
  expect(list.total.value).toBe(9)
  await list.load()
  expect(list.rows.value).toEqual([0, 1, 2])
})

test('two clicks on “more” load one page', async () => {
  const state = { n: 8, asked: [] as (string | null)[] }
  const list = inScope(() => usePaged(pages(state)))
  await list.load()
  await Promise.all([list.loadMore(), list.loadMore()])
  expect(list.rows.value).toHaveLength(6)
  expect(state.asked).toEqual([null, '3'])
})

test('a failed refresh leaves what is shown, a failed first load says why', async () => {
  let fail = false
  const one = inScope(() => useLoaded(async () => (fail ? Promise.reject(new Problem(0, { code: 'network' })) : 'content')))
  await one.load()
  fail = true
  await one.refresh()
  expect([one.data.value, one.problem.value]).toEqual(['content', ''])
  const other = inScope(() => useLoaded(async () => Promise.reject(new Problem(0, { code: 'network' }))))
  await other.load()
  expect(other.problem.value).toContain('连不上服务器')
})

test('what a decision answered is not overwritten by a refresh that began before it', async () => {
  let answer: (value: string) => void = () => undefined
  const one = inScope(() => useLoaded(() => new Promise<string>((done) => (answer = done))))
  const poll = one.refresh()
  one.replace('decided')
  answer('before')
  await poll
  expect(one.data.value).toBe('decided')
})

test('the answer to an older question does not overwrite a newer one', async () => {
  const waiting: ((value: string) => void)[] = []
  const one = inScope(() => useLoaded(() => new Promise<string>((answer) => waiting.push(answer))))
  const first = one.load()
  const second = one.load()
  waiting[1]?.('new')
  waiting[0]?.('old')
  await Promise.all([first, second])
  expect(one.data.value).toBe('new')
  expect(one.loading.value).toBe(false)
})
