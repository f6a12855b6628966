import { expect, test } from 'vitest'
import { WorkClock, type KnownClock } from './clock'
import type { Change, Singles } from './store'

const NOW = Date.parse('2026-11-27T10:00:00+08:00')
const DAY = 24 * 3_600_000
const FLAT = Date.parse('1970-01-01T08:00:10+08:00')

/** A phone whose clock can be set, and its store. */
async function phone(at: number, stored?: KnownClock) {
  const disk: { clock?: KnownClock | undefined } = { clock: stored }
  const told: boolean[] = []
  const set = { at }
  const store = {
    single: <Name extends keyof Singles>(name: Name) => Promise.resolve((name === 'clock' ? disk.clock : undefined) as Singles[Name] | undefined),
    write: (change: Change) => {
      disk.clock = change.singles?.clock ?? disk.clock
      return Promise.resolve()
    },
  }
  const clock = new WorkClock(store, () => set.at, (doubted) => told.push(doubted))
  await clock.start()
  return { clock, disk, set, told }
}

test('a clock that is right is left alone', async () => {
  const { clock, told } = await phone(NOW)
  expect(clock.now()).toBe(NOW)
  clock.heard(90_000)
  expect([clock.now(), clock.doubted, told]).toEqual([NOW, false, [false]])
})

test.each([FLAT, Date.parse('2101-01-01T00:00:00+08:00')])('a clock that cannot be right (%d) goes on from what is known', async (at) => {
  const { clock, set, disk } = await phone(at, { offset: 0, heard: NOW })
  expect([clock.now(), clock.doubted]).toEqual([NOW, true])
  set.at += 5 * 60_000
  expect(clock.now()).toBe(NOW + 5 * 60_000)
  // The app is started again: the estimate goes on, it does not begin again.
  const again = await phone(set.at + 60_000, disk.clock)
  expect([again.clock.now(), again.clock.doubted]).toEqual([NOW + 6 * 60_000, true])
})

test('a phone that never heard from the hub does not work before there was one', async () => {
  const { clock } = await phone(FLAT)
  expect(new Date(clock.now()).getUTCFullYear()).toBe(2026)
})

test('a contact mends what was estimated, and a clock set right ends the doubt', async () => {
  const { clock, set, told } = await phone(FLAT)
  clock.heard(NOW - FLAT)
  expect([clock.now(), clock.doubted, clock.heardAt]).toEqual([NOW, true, NOW])
  set.at = NOW + DAY
  expect([clock.now(), clock.doubted]).toEqual([NOW + DAY, false])
  expect([told.includes(true), told.at(-1)]).toEqual([true, false])
})

test('a clock that is a day behind is corrected by what the hub said', async () => {
  const { clock } = await phone(NOW - DAY)
  clock.heard(DAY)
  expect([clock.now(), clock.doubted]).toEqual([NOW, true])
})

test('the hub’s time is known to the second, though a small difference is left as it is', async () => {
  const { clock, set } = await phone(NOW)
  clock.heard(90_000)
  expect([clock.now(), clock.hubNow(90_000)]).toEqual([NOW, NOW + 90_000])
  clock.heard(7_200_000)
  expect(clock.hubNow(7_200_000)).toBe(NOW + 7_200_000)
  // A flat battery: what was measured before says nothing any more.
  set.at = FLAT
  expect(clock.hubNow(7_200_000)).toBe(clock.now())
})
