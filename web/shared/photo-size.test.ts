import { expect, test } from 'vitest'
import { fitted, glance, keptSize, letterHeight, LONGEST_SIDE } from './photo-size'

test('a 12 megapixel photo is made to 1600 pixels and keeps its shape, upright or lying', () => {
  expect(keptSize({ w: 4000, h: 3000 })).toEqual({ w: 1600, h: 1200 })
  expect(keptSize({ w: 3000, h: 4000 })).toEqual({ w: 1200, h: 1600 })
})

test('a small picture is never blown up and a thin one never vanishes', () => {
  expect(keptSize({ w: 640, h: 480 })).toEqual({ w: 640, h: 480 })
  expect(keptSize({ w: 12_000, h: 1 })).toEqual({ w: 12_000, h: 1 })
  expect(fitted({ w: 16000, h: 2 }, LONGEST_SIDE)).toEqual({ w: 1600, h: 1 })
})

test('a long screenshot and a panorama keep their short side readable', () => {
  expect(keptSize({ w: 1080, h: 12_000 })).toEqual({ w: 1080, h: 12_000 })
  expect(keptSize({ w: 1440, h: 12_000 })).toEqual({ w: 1080, h: 9000 })
  expect(keptSize({ w: 12_000, h: 3000 })).toEqual({ w: 4320, h: 1080 })
  expect(keptSize({ w: 720, h: 9000 })).toEqual({ w: 720, h: 9000 })
  // The longest screen of a phone is no long picture yet.
  expect(keptSize({ w: 1080, h: 2640 })).toEqual({ w: 655, h: 1600 })
})

test('no kept picture is larger than a record takes or an old phone can draw', () => {
  for (const long of [2701, 5000, 12_001, 20_000, 65_500])
    for (const short of [1, 100, 1080, 1440, 4000]) {
      for (const size of [{ w: long, h: short }, { w: short, h: long }]) {
        const { w, h } = keptSize(size)
        expect(Math.max(w, h)).toBeLessThanOrEqual(12_000)
        expect(w * h).toBeLessThanOrEqual(16_777_216)
        expect(Math.min(w, h)).toBeGreaterThanOrEqual(1)
      }
    }
})

test('the small picture shows the top of a chat, the middle of a panorama and all of a photo', () => {
  expect(glance({ w: 1600, h: 1200 })).toEqual({ x: 0, y: 0, w: 1600, h: 1200 })
  expect(glance({ w: 1080, h: 12_000 })).toEqual({ x: 0, y: 0, w: 1080, h: 1440 })
  expect(glance({ w: 4320, h: 1080 })).toEqual({ x: 1440, y: 0, w: 1440, h: 1080 })
  expect(glance({ w: 100, h: 4000 })).toEqual({ x: 0, y: 0, w: 100, h: 320 })
})

test('letters burned in are as large as before on a photo and fit across a long picture', () => {
  expect(letterHeight({ w: 1600, h: 1200 })).toBe(40)
  expect(letterHeight({ w: 900, h: 1600 })).toBe(40)
  expect(letterHeight({ w: 1080, h: 12_000 })).toBe(54)
})
