import { expect, test } from 'vitest'
import type { Device, Person } from '@shared/api-types'
import { DAY } from '../format'
import { byConcern, concernsOf, totalsOf, unsentText } from './read'

const now = 100 * DAY
const device = (rest: Partial<Device>): Device => ({ id: 'D', kind: 'phone', name: '手机', state: 'active', enrolled_at: 0, last_seen_at: now, app_version: '0.1.0', unsent_changes: 0, unsent_photos: 0, clock_offset_ms: 0, ...rest })
const person = (name: string, ...devices: Device[]): Person => ({ id: name, username: name, name, role: 'grid_worker', state: 'active', appointed_by: null, first_password: false, units: [], devices })

test('a silent phone with unsent work is the worst', () => {
  expect(concernsOf(device({ last_seen_at: now - 5 * DAY, unsent_photos: 1 }), now)).toEqual(['unsent_silent'])
  expect(concernsOf(device({ last_seen_at: null }), now)).toEqual(['silent'])
  expect(concernsOf(device({ clock_offset_ms: -4 * 60_000 }), now)).toEqual(['clock'])
})

test('a browser that nobody used and a revoked phone worry nobody', () => {
  expect(concernsOf(device({ kind: 'browser', last_seen_at: now - 30 * DAY }), now)).toEqual([])
  expect(concernsOf(device({ state: 'revoked', last_seen_at: null, unsent_changes: 3 }), now)).toEqual([])
})

test('people whose phones need attention come first, disabled accounts last', () => {
  const worst = person('乙', device({ last_seen_at: null, unsent_changes: 1 }))
  const slow = person('丙', device({ clock_offset_ms: 120_000 }))
  const fine = person('甲', device({}))
  const gone = { ...person('丁', device({ last_seen_at: null, unsent_changes: 9 })), state: 'disabled' as const }
  expect(byConcern([gone, fine, slow, worst], now).map((one) => one.name)).toEqual(['乙', '丙', '甲', '丁'])
})

test('what is unsent is told without what is not there', () => {
  expect(unsentText(device({ unsent_changes: 4, unsent_photos: 7 }))).toBe('记录 4 条、照片 7 张')
  expect(unsentText(device({ unsent_photos: 7 }))).toBe('照片 7 张')
  expect(unsentText(device({}))).toBe('已全部上传')
})

test('totals count phones in use and what is thought to lie on them', () => {
  const people = [person('甲', device({ unsent_changes: 2 }), device({ state: 'revoked', unsent_changes: 50 })), person('乙', device({ last_seen_at: null, unsent_photos: 3 }), device({ kind: 'browser' }))]
  expect(totalsOf(people, now)).toEqual({ phones: 2, silent: 1, records: 2, photos: 3 })
})
