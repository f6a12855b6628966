import { expect, test } from 'vitest'
import { compare, joined, type Stretch } from './diff'

const marked = (stretches: Stretch[]) => stretches.map(({ text, same }) => (same ? text : `[${text}]`)).join('')

test('what only one text says is marked in both', () => {
  const [left, right] = compare('现场劝导，协助搬运到院内集中点', '现场劝导，已联系清运，搬运到小区东门')
  expect(marked(left)).toBe('现场劝导，[协助]搬运到[院内集中点]')
  expect(marked(right)).toBe('现场劝导，[已联系清运，]搬运到[小区东门]')
})

test('equal texts and empty texts have nothing marked', () => {
  expect(marked(compare('一样', '一样')[0])).toBe('一样')
  expect(compare('', '')).toEqual([[], []])
  expect(marked(compare('', '多出来的')[1])).toBe('[多出来的]')
})

test('characters outside the basic plane stay whole', () => {
  const [left] = compare('𠮷祥路', '吉祥路')
  expect(marked(left)).toBe('[𠮷]祥路')
})

test('very long texts that share nothing are marked as a whole instead of taking minutes', () => {
  const [left, right] = compare('甲'.repeat(3_000), '乙'.repeat(3_000))
  expect(left).toHaveLength(1)
  expect(right[0]?.same).toBe(false)
})

test('whatever the two texts are, the stretches spell them again', () => {
  let seed = 7
  const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647
  const text = () => Array.from({ length: Math.floor(random() * 40) }, () => '楼道堆物清理'[Math.floor(random() * 6)]).join('')
  for (let i = 0; i < 200; i++) {
    const [a, b] = [text(), text()]
    const [left, right] = compare(a, b)
    expect(left.map((one) => one.text).join('')).toBe(a)
    expect(right.map((one) => one.text).join('')).toBe(b)
    const same = (stretches: Stretch[]) => stretches.filter((one) => one.same).map((one) => one.text).join('')
    expect(same(left)).toBe(same(right))
  }
})

test('joining keeps every text once, and none that another contains', () => {
  expect(joined(['通道已清', '沙发待清'])).toBe('通道已清\n沙发待清')
  expect(joined(['通道已清', '通道已清，沙发待清'])).toBe('通道已清，沙发待清')
  expect(joined(['甲', '乙', '甲'], '；')).toBe('甲；乙')
})
