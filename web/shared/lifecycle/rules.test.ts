import { expect, test } from 'vitest'
import { Decision, ReviewState, TicketState } from './names'
import { awaitsReview, canBeReviewed, isDecided, isDiscarded, isDoneInField, isOpenForWriting, isOver, needsReason } from './rules'

const those = <State extends string>(states: Record<string, State>, rule: (state: State) => boolean) => Object.values(states).filter(rule)

test('a name is the word that travels', () => {
  for (const names of [TicketState, ReviewState, Decision]) for (const [name, word] of Object.entries(names)) expect(word).toBe(name)
})

test('a ticket that waits for its review or its answer is done in the field, but its deadline still runs', () => {
  expect(those(TicketState, isDoneInField)).toEqual(['pending_review', 'reviewed', 'replied', 'closed', 'returned', 'void'])
  expect(those(TicketState, isOver)).toEqual(['closed', 'returned', 'void'])
})

test('a record is written, waits, is decided or was discarded, one of the four', () => {
  for (const state of Object.values(ReviewState)) expect([isOpenForWriting, awaitsReview, isDecided, isDiscarded].filter((rule) => rule(state)), state).toHaveLength(1)
  expect(those(ReviewState, isOpenForWriting)).toEqual(['draft', 'returned'])
})

test('the office decides what waits, and anew what came in after its decision', () => {
  expect(those(ReviewState, (state) => canBeReviewed(state, false))).toEqual(['submitted'])
  expect(canBeReviewed('approved', true)).toBe(true)
})

test('only an approval needs no words', () => {
  expect(those(Decision, needsReason)).toEqual(['return', 'reject'])
})
