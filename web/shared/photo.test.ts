import { expect, test } from 'vitest'
import { checked, fitted, formatOf, LONGEST_SIDE, MOST_BYTES, PhotoRefused, sizeOf } from './photo'

const jpegHeader = (w: number, h: number) =>
  Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 17, 8, h >> 8, h & 255, w >> 8, w & 255, 3, 0, 0, 0, 0)

test('a 12 megapixel photo is made to 1600 pixels and keeps its shape, upright or lying', () => {
  expect(fitted({ w: 4000, h: 3000 }, LONGEST_SIDE)).toEqual({ w: 1600, h: 1200 })
  expect(fitted({ w: 3000, h: 4000 }, LONGEST_SIDE)).toEqual({ w: 1200, h: 1600 })
})

test('a small picture is never blown up and a thin one never vanishes', () => {
  expect(fitted({ w: 640, h: 480 }, LONGEST_SIDE)).toEqual({ w: 640, h: 480 })
  expect(fitted({ w: 16000, h: 2 }, LONGEST_SIDE)).toEqual({ w: 1600, h: 1 })
})

test('the kind of picture is read from its bytes, not from its name', () => {
  expect(formatOf(jpegHeader(1, 1))).toBe('image/jpeg')
  expect(formatOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47))).toBe('image/png')
  expect(formatOf(new TextEncoder().encode('RIFF....WEBPVP8 '))).toBe('image/webp')
  expect(formatOf(new TextEncoder().encode('%PDF-1.7'))).toBeNull()
})

test('the size is known before anything is decoded', () => {
  expect(sizeOf(jpegHeader(4000, 3000))).toEqual({ w: 4000, h: 3000 })
  expect(sizeOf(jpegHeader(4000, 3000).subarray(0, 12))).toBeNull()
})

test('what could not be taken is refused at once, each with its own reason', () => {
  const reason = (bytes: Uint8Array) => {
    try {
      return checked(bytes)
    } catch (error) {
      return (error as PhotoRefused).code
    }
  }
  expect(reason(jpegHeader(4000, 3000))).toBe('image/jpeg')
  expect(reason(jpegHeader(20_000, 20_000))).toBe('photo_too_large')
  expect(reason(new TextEncoder().encode('%PDF-1.7'))).toBe('photo_not_picture')
  const heavy = new Uint8Array(MOST_BYTES + 1)
  heavy.set(jpegHeader(10, 10))
  expect(reason(heavy)).toBe('photo_too_heavy')
})
