import { expect, test } from 'vitest'
import { begunAt, drawnTo, HEIGHT, isWritten, lengthOf, MOST_POINTS, MOST_STROKES, pointOn, SIDE, svgPoints, type Stroke } from './strokes'

const small = { left: 16, top: 100, width: 328, height: 246 }
const large = { left: 40, top: 20, width: 656, height: 492 }

test('the same stroke is the same on a small glass and on a large one', () => {
  expect(pointOn(small, 16 + 82, 100 + 123)).toEqual(pointOn(large, 40 + 164, 20 + 246))
  expect(pointOn(small, 16, 100)).toEqual([0, 0])
  expect(pointOn(small, 16 + 328, 100 + 246)).toEqual([SIDE, HEIGHT])
})

test('a finger that slides off the glass stays on its edge', () => {
  expect(pointOn(small, -50, 5_000)).toEqual([0, HEIGHT])
  expect(pointOn(small, 9_000, -9_000)).toEqual([SIDE, 0])
  expect(pointOn({ ...small, width: 0 }, 1, 1)).toEqual([0, 0])
})

test('a touch is no name, a line across the glass is one', () => {
  const touched = begunAt([], [500, 500])
  expect(isWritten(touched)).toBe(false)
  expect(svgPoints(touched[0] ?? [])).toBe('500 500 500 500')
  expect(isWritten(drawnTo(touched, [4_000, 500]))).toBe(true)
  expect(lengthOf([[0, 0, 300, 400], [0, 0, 0, 100]])).toBe(600)
})

test('a trembling finger that stands still adds no points', () => {
  const begun = begunAt([], [500, 500])
  expect(drawnTo(begun, [510, 505])).toBe(begun)
  expect(drawnTo(begun, [600, 505])).toEqual([[500, 500, 600, 505]])
  expect(drawnTo([], [1, 1])).toEqual([])
})

test('nothing is drawn beyond what the core takes', () => {
  let strokes: Stroke[] = begunAt([], [0, 0])
  for (let i = 1; i < MOST_POINTS + 50; i++) strokes = drawnTo(strokes, [i % 2 ? SIDE : 0, 0])
  expect((strokes[0]?.length ?? 0) / 2).toBe(MOST_POINTS)
  expect(begunAt(strokes, [1, 1])).toBe(strokes)
  let many: Stroke[] = []
  for (let i = 0; i < MOST_STROKES + 5; i++) many = begunAt(many, [i, i])
  expect(many.length).toBe(MOST_STROKES)
})
