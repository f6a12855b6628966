import { expect, test } from 'vitest'
import { firstView, WHOLE } from './reading'

const pane = { w: 1400, h: 800 }

test('an ordinary photo, and one of unknown size, is shown whole', () => {
  expect(firstView({ w: 1600, h: 1200 }, pane)).toEqual(WHOLE)
  expect(firstView(null, pane)).toEqual(WHOLE)
  expect(firstView({ w: 100, h: 400 }, pane)).toEqual(WHOLE)
})

test('a long chat is shown in its own pixels, from its top', () => {
  const { zoom, moved } = firstView({ w: 1080, h: 12_000 }, pane)
  expect(zoom).toBeCloseTo(15)
  expect(moved).toEqual({ x: 0, y: 5600 })
})

test('in a narrow pane a long chat is as wide as the pane', () => {
  const { zoom, moved } = firstView({ w: 1080, h: 12_000 }, { w: 540, h: 800 })
  expect(zoom).toBeCloseTo(7.5)
  expect(moved).toEqual({ x: 0, y: 2600 })
})

test('a panorama is as high as the pane, from its left end', () => {
  const { zoom, moved } = firstView({ w: 4320, h: 1080 }, pane)
  expect(zoom).toBeCloseTo(800 / 1080 / (1400 / 4320))
  expect(moved.x).toBeCloseTo(900)
  expect(moved.y).toBe(0)
})
