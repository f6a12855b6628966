import { expect, test } from 'vitest'
import type { Device, Person, Unsent } from '@shared/api-types'
import { DAY } from '../format'
import { byConcern, concernsOf, totalsOf, unsentText } from './read'

const now = 100 * DAY
const said = (rest: Partial<Unsent>): Unsent => ({ reported_at: now, records: 0, changes: 0, photos: 0, ...rest })
const device = (rest: Partial<Device>): Device => ({ id: 'D', kind: 'phone', name: '手机', state: 'active', enrolled_at: 0, last_seen_at: now, app_version: '0.1.0', unsent: said({}), clock_offset_ms: 0, ...rest })
const person = (name: string, ...devices: Device[]): Person => ({ id: name, username: name, name, role: 'grid_worker', state: 'active', appointed_by: null, first_password: false, units: [], devices })

test('a silent phone with unsent work is the worst', () => {
  expect(concernsOf(device({ last_seen_at: now - 5 * DAY, unsent: said({ photos: 1 }) }), now)).toEqual(['unsent_silent'])
  expect(concernsOf(device({ last_seen_at: null }), now)).toEqual(['silent'])
  expect(concernsOf(device({ clock_offset_ms: -4 * 60_000 }), now)).toEqual(['clock'])
  expect(concernsOf(device({ held_back: 3 }), now)).toEqual(['held_back'])
})

test('a browser that nobody used and a revoked phone worry nobody', () => {
  expect(concernsOf(device({ kind: 'browser', last_seen_at: now - 30 * DAY }), now)).toEqual([])
  expect(concernsOf(device({ state: 'revoked', last_seen_at: null, unsent: said({ changes: 3, records: 2 }) }), now)).toEqual([])
})

test('people whose phones need attention come first, disabled accounts last', () => {
  const worst = person('乙', device({ last_seen_at: null, unsent: said({ changes: 1, records: 1 }) }))
  const slow = person('丙', device({ clock_offset_ms: 120_000 }))
  const fine = person('甲', device({}))
  const gone = { ...person('丁', device({ last_seen_at: null, unsent: said({ changes: 9, records: 1 }) })), state: 'disabled' as const }
  expect(byConcern([gone, fine, slow, worst], now).map((one) => one.name)).toEqual(['乙', '丙', '甲', '丁'])
})

test('those who keep the system stand behind those who work with it', () => {
  const admin = { ...person('安全', device({})), role: 'security_admin' }
  const worker = person('赵', device({}))
  expect(byConcern([admin, worker], now).map((one) => one.name)).toEqual(['赵', '安全'])
})

test('what is unsent is told as the phone said it, without what is not there', () => {
  expect(unsentText(device({ unsent: said({ records: 2, changes: 9, photos: 7 }) }))).toBe('记录 2 条、照片 7 张')
  expect(unsentText(device({ unsent: said({ photos: 7 }) }))).toBe('照片 7 张')
  expect(unsentText(device({}))).toBe('已全部上传')
})

test('a phone that said nothing is not said to have sent all, and an older app counts changes', () => {
  expect(unsentText(device({ unsent: null }))).toBe('还没有报告')
  expect(unsentText(device({ unsent: said({ records: null, changes: 4 }) }))).toBe('改动 4 处')
})

test('totals count phones in use and what they said is on them', () => {
  const people = [
    person('甲', device({ unsent: said({ records: 2, changes: 30 }) }), device({ state: 'revoked', unsent: said({ records: 50 }) })),
    person('乙', device({ last_seen_at: null, unsent: said({ photos: 3 }) }), device({ kind: 'browser', unsent: null }), device({ unsent: null })),
  ]
  expect(totalsOf(people, now)).toEqual({ phones: 3, silent: 1, unreported: 1, records: 2, photos: 3 })
})
