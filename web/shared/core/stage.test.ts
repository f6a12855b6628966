import { expect, test } from 'vitest'
import { stageOf } from './stage'
import type { Entry, Review } from './views'

const mark = (kind: string, at: number, answers = 0): Entry => ({ id: `${kind}${at}`, removed: false, kind, at, ...(answers ? { answers } : {}) })
const review = (decision: Review['decision'], at: number): Review => ({ decision, reason: '', remark: '', pins: [], by: '', at })

test('a visit submitted without a network is submitted for the person before the office knows', () => {
  expect(stageOf({ state: 'draft', reviews: [] }, [mark('submit', 5)])).toBe('submitted')
  expect(stageOf({ state: 'draft', reviews: [] }, [])).toBe('draft')
})

test('a withdrawn visit is a draft again', () => {
  expect(stageOf({ state: 'submitted', reviews: [] }, [mark('withdraw', 7), mark('submit', 5)])).toBe('draft')
})

test('a returned visit stays returned until it is submitted in the knowledge of the remark', () => {
  const returned = { state: 'returned' as const, reviews: [review('return', 10)] }
  expect(stageOf(returned, [mark('submit', 5)])).toBe('returned')
  expect(stageOf(returned, [mark('submit', 5), mark('submit', 12)])).toBe('returned')
  expect(stageOf(returned, [mark('submit', 12), mark('submit', 5, 1)])).toBe('submitted')
})

test('what the office has decided for good is not changed by a mark', () => {
  expect(stageOf({ state: 'approved', reviews: [review('approve', 3)] }, [mark('withdraw', 9)])).toBe('approved')
})

test('a note says nothing about the stage', () => {
  expect(stageOf({ state: 'draft', reviews: [] }, [mark('submit', 5), mark('note', 9)])).toBe('submitted')
})

test('a draft is discarded by the one who alone wrote in it, and never what was handed in', () => {
  const draft = { state: 'draft' as const, reviews: [] }
  expect(stageOf({ ...draft, shared: false }, [mark('discard', 5)])).toBe('discarded')
  expect(stageOf({ ...draft, shared: true }, [mark('discard', 5)])).toBe('draft')
  expect(stageOf({ state: 'discarded', reviews: [], shared: true }, [mark('discard', 5)])).toBe('draft')
  expect(stageOf({ ...draft, shared: false }, [mark('submit', 3), mark('withdraw', 4), mark('discard', 5)])).toBe('draft')
  expect(stageOf({ state: 'discarded', reviews: [] }, [mark('discard', 5), mark('withdraw', 6)])).toBe('draft')
})
