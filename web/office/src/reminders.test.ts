import { beforeEach, expect, test, vi } from 'vitest'

const line = vi.hoisted(() => ({ items: [] as unknown[], broken: false }))
vi.mock('./hub', () => ({ hub: { tasks: () => (line.broken ? Promise.reject(new Error('away')) : Promise.resolve({ items: line.items })) } }))

import { notices } from './notices'
import { forgetReminders, loadReminders, promisesDue } from './reminders'

const row = (n: number, due_at: number) => ({ ticket: 'T', n, due_at, title: '断网', task: { name: '供电局' } })

beforeEach(() => {
  forgetReminders()
  notices.value = []
  line.items = []
  line.broken = false
})

test('what was due before the page opened is counted and no news; what falls due meanwhile is told once', async () => {
  line.items = [row(3, 1_000)]
  await loadReminders()
  expect([promisesDue.value, notices.value.length]).toEqual([1, 0])
  line.items = [row(3, 1_000), row(5, 2_000)]
  await loadReminders()
  await loadReminders()
  expect([promisesDue.value, notices.value.length]).toEqual([2, 1])
  expect(notices.value[0]?.text).toContain('供电局')
})

test('another date is another reminder, and a hub that is away changes nothing', async () => {
  line.items = [row(3, 1_000)]
  await loadReminders()
  line.items = []
  await loadReminders()
  line.items = [row(3, 9_000)]
  await loadReminders()
  expect([promisesDue.value, notices.value.length]).toEqual([1, 1])
  line.broken = true
  await loadReminders()
  expect([promisesDue.value, notices.value.length]).toEqual([1, 1])
})
