import { expect, test } from 'vitest'
import { watermark } from './watermark'

const base = {
  kind: 'visit',
  at: Date.parse('2026-11-24T10:32:05+08:00'), offset: 1_000, place: '北园大街 8 号院 3 号楼', ticketNo: 'JN-7', name: '王某某',
  fix: { lat_e7: 367000000, lon_e7: 1170300000, accuracy_m: 12, at: 0 }, source: 'camera' as const,
}

test('the mark tells when, where, how exactly, for which ticket and by whom', () => {
  expect(watermark(base)).toEqual(['2026-11-24 10:32:05 星期二', '北园大街 8 号院 3 号楼', '36.700000, 117.030000 ±12 米', 'JN-7 · 王某某'])
})

test('a clock that is off or was never compared is said', () => {
  expect(watermark({ ...base, offset: null })[0]).toContain('时间未校准')
  expect(watermark({ ...base, offset: -61_000 })[0]).toContain('时间未校准')
})

test('a photo without a position says so', () => {
  expect(watermark({ ...base, fix: null })).toContain('无定位')
})

test('a picture from the album is marked as not taken on site and claims no position', () => {
  const lines = watermark({ ...base, source: 'gallery' })
  expect(lines[0]).toContain('非现场拍摄')
  expect(lines.join()).not.toContain('36.7')
})
