// What a picture looks like, in 64 bits (dHash): told by the phone for its own warning, and by the hub for itself.

/** Cells of a picture that are compared: each with its right neighbour. */
const [ACROSS, DOWN] = [9, 8]
/** Pixels of a cell's side. */
const CELL = 8
/** The size to which the looked-at part of a picture is drawn. */
export const LOOK = { w: ACROSS * CELL, h: DOWN * CELL }
/** Where the cells of no row differ by this much, of 255, there is nothing to compare: a wall, a night, a thumb, a horizon. Such pictures all look alike. */
const FLAT = 16

/** Differing bits up to which two pictures are taken for one. How it was chosen: docs/BENCHMARKS.md. */
export const ALIKE = 6

/** Looked at is what lies above the mark: the upper two thirds. */
export const lookedAt = ({ w, h }: { w: number; h: number }) => ({ x: 0, y: 0, w, h: Math.max(1, Math.floor((h * 2) / 3)) })

/** The likeness of RGBA pixels of size `LOOK` as 16 hexadecimal digits; empty for a picture without features. */
export function likenessOf(rgba: ArrayLike<number>): string {
  const cells = new Array<number>(ACROSS * DOWN).fill(0)
  for (let y = 0; y < LOOK.h; y += 1)
    for (let x = 0; x < LOOK.w; x += 1) {
      const at = (y * LOOK.w + x) * 4
      const cell = Math.floor(y / CELL) * ACROSS + Math.floor(x / CELL)
      cells[cell] = (cells[cell] ?? 0) + 299 * (rgba[at] ?? 0) + 587 * (rgba[at + 1] ?? 0) + 114 * (rgba[at + 2] ?? 0)
    }
  const ranges = Array.from({ length: DOWN }, (_, row) => cells.slice(row * ACROSS, (row + 1) * ACROSS)).map((row) => Math.max(...row) - Math.min(...row))
  if (Math.max(...ranges) / (CELL * CELL * 1000) < FLAT) return ''
  let digits = ''
  for (let row = 0; row < DOWN; row += 1)
    for (let half = 0; half < 2; half += 1) {
      let four = 0
      for (let i = half * 4; i < half * 4 + 4; i += 1) four = four * 2 + ((cells[row * ACROSS + i] ?? 0) < (cells[row * ACROSS + i + 1] ?? 0) ? 1 : 0)
      digits += four.toString(16)
    }
  return digits
}

/** In how many bits two likenesses differ; `null` where one is none. */
export function differing(a: string, b: string): number | null {
  if (!/^[0-9a-f]{16}$/.test(a) || !/^[0-9a-f]{16}$/.test(b)) return null
  let bits = 0
  for (let i = 0; i < 16; i += 1) for (let left = parseInt(a[i] ?? '0', 16) ^ parseInt(b[i] ?? '0', 16); left; left >>= 1) bits += left & 1
  return bits
}

/** Whether two likenesses are of one picture. */
export const isAlike = (a: string, b: string): boolean => (differing(a, b) ?? 65) <= ALIKE
