// A name written on the glass: lines as x, y, x, y ... within a square of 10,000. Nothing of it depends on the size of the
// glass, so that turning the phone loses nothing.

export type Stroke = number[]

/** Side of the square that the core keeps strokes in; the glass is three quarters as high as it is wide. */
export const SIDE = 10_000
export const HEIGHT = 7_500
/** Most points of one name that the core takes, and most strokes. */
export const MOST_POINTS = 4_000
export const MOST_STROKES = 200
/** Points nearer than this to the last one say nothing more. */
const NEAR = 40
/** A name is longer than a touch of the glass: this much line at least. */
const LEAST_LINE = 2_000

interface Box {
  left: number
  top: number
  width: number
  height: number
}

const within = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)))

/** Where a finger on the glass is, in the square. */
export function pointOn(glass: Box, x: number, y: number): [number, number] {
  if (glass.width <= 0 || glass.height <= 0) return [0, 0]
  return [within(((x - glass.left) / glass.width) * SIDE, SIDE), within(((y - glass.top) / glass.height) * HEIGHT, HEIGHT)]
}

const pointsOf = (strokes: Stroke[]) => strokes.reduce((sum, stroke) => sum + stroke.length / 2, 0)

/** The strokes with a new one begun at a point. */
export function begunAt(strokes: Stroke[], [x, y]: [number, number]): Stroke[] {
  return strokes.length >= MOST_STROKES || pointsOf(strokes) >= MOST_POINTS ? strokes : [...strokes, [x, y]]
}

/** The strokes with the last one drawn on to a point. */
export function drawnTo(strokes: Stroke[], [x, y]: [number, number]): Stroke[] {
  const last = strokes.at(-1)
  if (!last || pointsOf(strokes) >= MOST_POINTS) return strokes
  const [lastX = 0, lastY = 0] = last.slice(-2)
  if (Math.hypot(x - lastX, y - lastY) < NEAR) return strokes
  return [...strokes.slice(0, -1), [...last, x, y]]
}

/** How long all lines are together. */
export function lengthOf(strokes: Stroke[]): number {
  let length = 0
  for (const stroke of strokes) for (let i = 2; i + 1 < stroke.length; i += 2) length += Math.hypot((stroke[i] ?? 0) - (stroke[i - 2] ?? 0), (stroke[i + 1] ?? 0) - (stroke[i - 1] ?? 0))
  return length
}

/** Whether somebody has written, and not only touched. */
export const isWritten = (strokes: Stroke[]): boolean => lengthOf(strokes) >= LEAST_LINE

/** A stroke as the points of an SVG line; a touch is a line of no length, which round ends make a dot. */
export const svgPoints = (stroke: Stroke): string => (stroke.length > 2 ? stroke : [...stroke, ...stroke]).join(' ')
