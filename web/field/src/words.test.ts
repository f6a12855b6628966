import { expect, test } from 'vitest'
import type { Refusal } from '@shared/photo'
import en from '@shared/locales/field.en.json'
import zh from '@shared/locales/field.zh-CN.json'
import { sentence } from './words'

/** Complete by its type: a refusal that is added needs a sentence. */
const REFUSALS: Record<Refusal, true> = {
  photo_empty: true,
  photo_format: true,
  photo_heic: true,
  photo_not_picture: true,
  photo_not_read: true,
  photo_raw: true,
  photo_too_heavy: true,
  photo_too_large: true,
  photo_unreadable: true,
  photo_video: true,
  storage_full: true,
}

test('every reason for which a picture is not taken has its own sentence', () => {
  const sentences = Object.keys(REFUSALS).map((code) => sentence(code, 'AVIF'))
  expect(new Set(sentences).size).toBe(sentences.length)
  for (const text of sentences) expect(text).not.toMatch(/[{}]/)
  expect(sentence('photo_format', 'AVIF')).toContain('AVIF')
})

test('of a HEIC photo it is said where each phone is switched, and that a screenshot will do', () => {
  for (const words of ['HEIC', '设置→相机→格式→兼容性最佳', '高效图片', '截一张屏']) expect(zh['error.photo_heic']).toContain(words)
  for (const words of ['HEIC', 'Settings → Camera → Formats → Most Compatible', 'HEIF', 'screenshot']) expect(en['error.photo_heic']).toContain(words)
})

test('“take it again” is never all that is said of a file that the next photo would repeat', () => {
  for (const code of ['photo_heic', 'photo_raw', 'photo_format', 'photo_unreadable'] as const) expect(zh[`error.${code}`], code).toContain('截一张屏')
})
