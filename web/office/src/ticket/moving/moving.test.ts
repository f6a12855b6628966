import { expect, test } from 'vitest'
import type { LeftTicket } from '@shared/api-types'
import { inRounds, takeBack, type Moving } from './moving'

const NONE: Moving = { moved: [], skipped: [], next: null, problem: null }
const moved = (...ids: string[]) => ids.map((id) => ({ id, version: 2 }))
const left = (id: string): LeftTicket => ({ id, upstream_no: null, title: id, code: 'wrong_state', detail: '已反馈' })

test('round follows round until none is left, and all that was moved or left is told', async () => {
  const asked: (string | null)[] = []
  const answers = [
    { moved: moved('A'), skipped: [], next: '1' },
    { moved: moved('B'), skipped: [left('C')], next: null },
  ]
  const end = await inRounds(NONE, (cursor) => (asked.push(cursor), Promise.resolve(answers[asked.length - 1]!)), () => true)
  expect(asked).toEqual([null, '1'])
  expect(end).toEqual({ moved: moved('A', 'B'), skipped: [left('C')], next: null, problem: null })
})

test('where the line breaks, it goes on from the same place and moves nothing twice', async () => {
  const broken = new Error('away')
  let calls = 0
  const first = await inRounds(NONE, () => (calls++ === 0 ? Promise.resolve({ moved: moved('A'), skipped: [], next: '1' }) : Promise.reject(broken)), () => true)
  expect(first).toEqual({ moved: moved('A'), skipped: [], next: '1', problem: broken })
  const asked: (string | null)[] = []
  const second = await inRounds(first, (cursor) => (asked.push(cursor), Promise.resolve({ moved: moved('B'), skipped: [], next: null })), () => true)
  expect([asked, second.moved, second.problem]).toEqual([['1'], moved('A', 'B'), null])
})

test('whoever stops it keeps what was moved', async () => {
  const end = await inRounds(NONE, () => Promise.resolve({ moved: moved('A'), skipped: [], next: '1' }), () => false)
  expect([end.moved, end.next]).toEqual([moved('A'), '1'])
})

test('what is taken back goes in pieces, and what was not taken back may be tried again', async () => {
  const all = Array.from({ length: 120 }, (_, n) => ({ id: String(n), version: 2 }))
  const sizes: number[] = []
  const result = await takeBack(all, (tickets) => (sizes.push(tickets.length), sizes.length === 3 ? Promise.reject(new Error('away')) : Promise.resolve({ undone: tickets.slice(1).map(({ id }) => id), skipped: [left(tickets[0]!.id)] })), () => undefined)
  expect([sizes, result.undone, result.skipped.map(({ id }) => id), result.rest.length]).toEqual([[50, 50, 20], 98, ['0', '50'], 20])
})
