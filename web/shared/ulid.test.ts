import { expect, test } from 'vitest'
import { ulid } from './ulid'

test('an id starts with its time and ends with its random part', () => {
  const zero = new Uint8Array(10)
  expect(ulid(0, zero)).toBe('00000000000000000000000000')
  expect(ulid(1469918176385, zero).slice(0, 10)).toBe('01ARYZ6S41')
  expect(ulid(0, new Uint8Array(10).fill(255))).toBe('0000000000ZZZZZZZZZZZZZZZZ')
})

test('ids made later sort later', () => {
  expect(ulid(1_000) < ulid(2_000)).toBe(true)
})
