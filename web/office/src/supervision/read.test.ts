import { expect, test } from 'vitest'
import type { DoneRow, ListedTask, Warning } from '@shared/api-types'
import { chain, lastTurn, lateOnes, monthStart } from './read'

const warning = (told: string, due_at: number, warned_at: number, clock = 'result'): Warning => ({ clock, name: '', level: 'red', due_at, warned_at, told })

test('the chain says who was told of the due date that holds, and who not yet', () => {
  const told = chain({ warnings: [warning('grid_head', 100, 1), warning('community_secretary', 100, 2), warning('grid_head', 200, 3), warning('leader', 300, 4, 'arrival')] })
  expect(told.map((one) => [one.role, one.at])).toEqual([['grid_head', 3], ['community_secretary', null], ['section_handler', null], ['leader', null]])
  expect(chain({}).every((one) => one.at === null)).toBe(true)
})

test('a month begins at midnight of the office, whatever the computer’s zone', () => {
  expect(new Date(monthStart(Date.parse('2026-11-30T16:30:00Z'))).toISOString()).toBe('2026-11-30T16:00:00.000Z')
})

test('returns within the window are no late ones', () => {
  const row = (late?: boolean) => ({ detail: late === undefined ? {} : { late } }) as DoneRow
  expect(lateOnes([row(), row(true), row(false)]).length).toBe(1)
})

test('the last turn names who took it', () => {
  const turns = [{ done: { n: 2, at: 5, by: 'a' }, state: 'answered', words: '今天完成' }]
  const row = { task: { turns } } as unknown as ListedTask
  expect(lastTurn(row, { a: '郑凯' })).toEqual({ who: '郑凯', at: 5, words: '今天完成' })
  expect(lastTurn({ task: { turns: [] } } as unknown as ListedTask, {})).toBeNull()
})
