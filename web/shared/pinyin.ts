// The first letters of Chinese words, as people type them to search: 天桥东街 is tqdj. The common characters stand in GB 2312 in the
// order of their reading, and every browser can read that table; the rest is put in order by the browser's own pinyin collation.

/** Where each letter begins among the 3,755 characters of GB 2312 level 1, which are sorted by their reading. */
const ZONES: readonly [code: number, letter: string][] = [
  [0xb0a1, 'a'], [0xb0c5, 'b'], [0xb2c1, 'c'], [0xb4ee, 'd'], [0xb6ea, 'e'], [0xb7a2, 'f'], [0xb8c1, 'g'], [0xb9fe, 'h'],
  [0xbbf7, 'j'], [0xbfa6, 'k'], [0xc0ac, 'l'], [0xc2e8, 'm'], [0xc4c3, 'n'], [0xc5b6, 'o'], [0xc5be, 'p'], [0xc6da, 'q'],
  [0xc8bb, 'r'], [0xc8f6, 's'], [0xcbfa, 't'], [0xcdda, 'w'], [0xcef4, 'x'], [0xd1b9, 'y'], [0xd4d1, 'z'],
]
const LAST = 0xd7f9

/** The first character of each letter in the collation, in the order of `ZONES`. */
const FIRSTS = [...'吖八嚓咑妸发旮哈丌咔垃妈拏噢妑七呥仨他穵夕丫帀']

/** Characters of names and addresses that are read in two ways with different first letters: the other one of `letterOf`. */
const OTHER: Readonly<Record<string, string>> = {
  长: 'z', 重: 'c', 朝: 'z', 乐: 'y', 行: 'h', 单: 's', 解: 'x', 区: 'o', 弄: 'l', 曾: 'c', 厦: 's', 沈: 'c', 仇: 'c', 查: 'c', 翟: 'd', 泊: 'b', 埔: 'b', 茄: 'j', 伺: 's', 盛: 'c', 都: 'd', 车: 'j', 调: 't',
}

const HAN = /^\p{Script=Han}$/u
const known = new Map<string, string>()
let collator: Intl.Collator | null = null

function fill(): void {
  const decoder = new TextDecoder('gbk')
  let letter = ''
  let zone = 0
  for (let row = 0xb0; row <= LAST >> 8; row++)
    for (let cell = 0xa1; cell <= 0xfe; cell++) {
      const code = (row << 8) | cell
      if (code > LAST) return
      const next = ZONES[zone]
      if (next && code >= next[0]) {
        letter = next[1]
        zone += 1
      }
      known.set(decoder.decode(Uint8Array.of(row, cell)), letter)
    }
}

/** By the collation: the last letter whose first character does not come after it. */
function collated(character: string): string {
  collator ??= new Intl.Collator('zh-u-co-pinyin')
  const before = FIRSTS.findLastIndex((first) => (collator?.compare(first, character) ?? 1) <= 0)
  return ZONES[before]?.[1] ?? ''
}

/** The first letter of a Chinese character by its common reading; anything else stays itself. */
export function letterOf(character: string): string {
  if (known.size === 0) fill()
  const found = known.get(character)
  if (found !== undefined) return found
  const letter = HAN.test(character) ? collated(character) : character
  known.set(character, letter)
  return letter
}

/** A text in first letters: by the common readings, and by the other ones where a character has two. */
export function initials(text: string): string[] {
  let common = ''
  let other = ''
  for (const character of text) {
    const letter = letterOf(character)
    common += letter
    other += OTHER[character] ?? letter
  }
  return common === other ? [common] : [common, other]
}
