import { expect, test } from 'vitest'
import { drawnQr } from './qr'

/** The modules of a drawing, read back from its path. */
function modulesOf({ path, box }: ReturnType<typeof drawnQr>): boolean[][] {
  const size = Number(box.split(' ')[2]) + 2 * Number(box.split(' ')[0])
  const dark = Array.from({ length: size }, () => Array<boolean>(size).fill(false))
  for (const [, x = '', y = '', length = ''] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) for (let i = 0; i < Number(length); i++) (dark[Number(y)] ?? [])[Number(x) + i] = true
  return dark
}

test('a QR code has its three corners, and a light margin around it', () => {
  const drawn = drawnQr('https://hub.example/field/#/enrol?code=7K3M-9QRS-TVWX-YZ01&representative=1')
  const dark = modulesOf(drawn)
  const size = dark.length
  expect(size % 4).toBe(1)
  // A finder is a frame of seven with a square of three in it (ISO/IEC 18004, 6.3.3).
  const finder = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111']
  for (const [left, top] of [[0, 0], [size - 7, 0], [0, size - 7]] as const) {
    expect(finder.map((_, y) => dark[top + y]?.slice(left, left + 7).map(Number).join(''))).toEqual(finder)
  }
  expect(drawn.box).toBe(`-4 -4 ${size + 8} ${size + 8}`)
})

test('two texts are two drawings', () => {
  expect(drawnQr('A').path).not.toBe(drawnQr('B').path)
})
