import { expect, test } from 'vitest'
import type { LocationQuery } from 'vue-router'
import { around, periodOf, queryOf } from './period'
import { csv, share } from './table'

const at = (text: string) => Date.parse(`${text}:00+08:00`)

test('a period is whole months in China, over the turn of a year too', () => {
  const days = (kind: 'month' | 'last_month' | 'quarter' | 'year', now: string) => {
    const { from, to } = around(kind, at(now))
    return [from, to]
  }
  expect(days('month', '2026-12-01T00:00')).toEqual(['2026-12-01', '2026-12-31'])
  expect(days('month', '2026-11-30T23:59')).toEqual(['2026-11-01', '2026-11-30'])
  expect(days('last_month', '2026-01-15T12:00')).toEqual(['2025-12-01', '2025-12-31'])
  expect(days('last_month', '2028-03-01T00:00')).toEqual(['2028-02-01', '2028-02-29'])
  expect(days('quarter', '2026-11-28T12:00')).toEqual(['2026-10-01', '2026-12-31'])
  expect(days('year', '2026-11-28T12:00')).toEqual(['2026-01-01', '2026-12-31'])
})

test('the address keeps the period, and what it cannot mean is this month', () => {
  const now = at('2026-11-28T12:00')
  const kept: LocationQuery[] = [{}, { period: 'last_month' }, { period: 'quarter' }, { period: 'year' }, { from: '2026-10-08', to: '2026-11-09' }]
  for (const query of kept) expect(queryOf(periodOf(query, now))).toEqual(query)
  const odd: LocationQuery[] = [{ period: 'king' }, { from: '2026-02-30', to: '2026-03-01' }, { from: '2026-02-01' }]
  for (const query of odd) expect(periodOf(query, now).from).toBe('2026-11-01')
})

test('a share has two decimals, and none where nothing counts', () => {
  expect(share({ reached: 2, counted: 3 })).toBe('66.67%')
  expect(share({ reached: 0, counted: 0 })).not.toMatch(/\d/)
})

test('a table program reckons nothing of what people wrote', () => {
  expect(csv([['=1+1', '他说“好”', 'a,b', 'a"b', '第一行\n第二行', -3]])).toBe('\ufeff\'=1+1,他说“好”,"a,b","a""b","第一行\n第二行",\'-3\r\n')
})
