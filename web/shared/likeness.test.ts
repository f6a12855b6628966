import { expect, test } from 'vitest'
import { ALIKE, differing, isAlike, likenessOf, LOOK, lookedAt } from './likeness'

/** RGBA pixels by a shade of grey for each place. */
const picture = (shade: (x: number, y: number) => number) => Array.from({ length: LOOK.w * LOOK.h }, (_, i) => shade(i % LOOK.w, Math.floor(i / LOOK.w))).flatMap((grey) => [grey, grey, grey, 255])
const scene = (x: number, y: number) => 128 + 60 * Math.sin(x / 7) + 50 * Math.cos(y / 5 + x / 11)

test('a picture is known again brighter, with noise, and not taken for its mirror', () => {
  const one = likenessOf(picture(scene))
  expect(one).toMatch(/^[0-9a-f]{16}$/)
  expect(likenessOf(picture((x, y) => scene(x, y) * 0.8 + 20))).toBe(one)
  expect(isAlike(one, likenessOf(picture((x, y) => scene(x, y) + ((x * 31 + y * 17) % 7) - 3)))).toBe(true)
  expect(isAlike(one, likenessOf(picture((x, y) => scene(LOOK.w - 1 - x, y))))).toBe(false)
})

test('a wall, a night, a thumb and a horizon are like nothing', () => {
  expect(likenessOf(picture(() => 90))).toBe('')
  expect(likenessOf(picture((x) => 90 + x / 8))).toBe('')
  expect(likenessOf(picture((_, y) => (y < 30 ? 220 : 60)))).toBe('')
  expect(isAlike('', '')).toBe(false)
})

test('from how many bits on two pictures are two', () => {
  expect(differing('0000000000000000', '00000000000000ff')).toBe(8)
  expect(isAlike('0000000000000000', '000000000000003f')).toBe(true)
  expect(isAlike('0000000000000000', '000000000000007f')).toBe(false)
  expect(ALIKE).toBe(6)
  expect(differing('zz', '0000000000000000')).toBeNull()
})

test('the mark at the lower edge is not looked at', () => {
  expect(lookedAt({ w: 1600, h: 1200 })).toEqual({ x: 0, y: 0, w: 1600, h: 800 })
})
