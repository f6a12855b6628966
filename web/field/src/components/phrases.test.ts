import { expect, test } from 'vitest'
import { joined, kept, MOST_OWN } from './phrases'

test('a phrase goes to the end of what is written, and nothing that was written is touched', () => {
  expect(joined('', '已当场清理')).toBe('已当场清理')
  expect(joined('三楼纸箱较多', '已当场清理')).toBe('三楼纸箱较多；已当场清理')
  expect(joined('三楼纸箱较多。', '已当场清理')).toBe('三楼纸箱较多。已当场清理')
  expect(joined('Boxes on the third floor', 'cleared on the spot')).toBe('Boxes on the third floor; cleared on the spot')
  expect(joined('Boxes.', 'Cleared.')).toBe('Boxes. Cleared.')
})

test('a phrase that is kept again comes first and stands once, and of very many the oldest goes', () => {
  expect(kept(['甲', '乙'], '乙')).toEqual(['乙', '甲'])
  const many = Array.from({ length: MOST_OWN }, (_, n) => `第 ${n} 句`)
  expect(kept(many, '新的')).toEqual(['新的', ...many.slice(0, -1)])
})
