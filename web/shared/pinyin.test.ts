import { expect, test } from 'vitest'
import { initials, letterOf } from './pinyin'

test('a place is found by the first letters of its name', () => {
  expect(initials('天桥东街')[0]).toBe('tqdj')
  expect(initials('北园大街8号院3号楼')[0]).toBe('byd' + 'j8hy3hl')
  expect(initials('无影山中路')).toEqual(['wyszl'])
})

test('a character with two readings is found by both', () => {
  expect(initials('长安里')).toEqual(['cal', 'zal'])
  expect(initials('重庆路')).toEqual(['zql', 'cql'])
  expect(initials('厦门路').map((one) => one[0]).sort()).toEqual(['s', 'x'])
  expect(initials('曾')).toEqual(expect.arrayContaining(['c', 'z']))
})

test('characters beyond the common ones have their letter too', () => {
  // GB 2312 level 2 is sorted by radical, so its order says nothing of the reading.
  expect([...'垃圾桶瓷砖堰郯圳垚翀鑫淼'].map(letterOf).join('')).toBe('ljtczytzycxm')
})

/** The two sources say the same, but for characters that are read in two ways. */
test('the table of the standard and the order of the collation agree', () => {
  const decoder = new TextDecoder('gbk')
  const collator = new Intl.Collator('zh-u-co-pinyin')
  const firsts = [...'吖八嚓咑妸发旮哈丌咔垃妈拏噢妑七呥仨他穵夕丫帀']
  const letters = 'abcdefghjklmnopqrstwxyz'
  const different: string[] = []
  for (let code = 0xb0a1; code <= 0xd7f9; code++) {
    if ((code & 0xff) < 0xa1 || (code & 0xff) > 0xfe) continue
    const character = decoder.decode(Uint8Array.of(code >> 8, code & 0xff))
    if (letters[firsts.findLastIndex((first) => collator.compare(first, character) <= 0)] !== letterOf(character)) different.push(character)
  }
  expect(different.sort().join('')).toBe([...'辟泊长匙脯蛤槛咯咳埔茄伺厦畜吁曾轧'].sort().join(''))
})

test('letters and digits stay what they are', () => {
  expect(initials('sq-2026 a座')[0]).toBe('sq-2026 az')
})
