import { expect, test } from 'vitest'
import { digitsOf, flawOf, grouped, pageOf } from './digits'

const HASH = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'

test('a hash is understood however it was typed', () => {
  for (const text of [HASH, HASH.toUpperCase(), grouped(HASH), `SHA-256 ${grouped(HASH)}\n`, HASH.replace(/(.{4})/g, '$1-'), `https://hub.example/verify#${HASH}`, `校验码：${HASH}`, HASH.replaceAll('9', '９')]) expect(digitsOf(text), text).toBe(HASH)
})

test('what cannot be a hash is told by what is wrong with it', () => {
  expect(flawOf('')).toBe('empty')
  expect(flawOf(digitsOf('9f86d081 884c7d6'))).toBe('short')
  expect(flawOf(digitsOf('9f86d081 884c7d65'))).toBe(null)
  expect(flawOf(digitsOf('9f86d081 884c7d6o'))).toBe('letters')
  expect(flawOf(HASH)).toBe(null)
  expect(flawOf(`${HASH}0`)).toBe('long')
})

test('the plain address of a paper leads to its page, and no other address does', () => {
  expect(pageOf({ pathname: '/verify', hash: `#${HASH}` })).toBe(`/office/#/verify/${HASH}`)
  expect(pageOf({ pathname: '/verify/', hash: '' })).toBe('/office/#/verify/')
  expect(pageOf({ pathname: '/verify', hash: '#../../signin?next=//evil.example' })).toMatch(/^\/office\/#\/verify\/[^/?#]*$/)
  expect(pageOf({ pathname: '/office/', hash: '#/tickets' })).toBe(null)
})
