/** A stretch of a text and whether the other text has it too. */
export interface Stretch {
  text: string
  same: boolean
}

const LARGEST_TABLE = 4_000_000

/** Marks in both texts what the other one lacks, character by character (Chinese has no word gaps to go by). */
export const compare = (left: string, right: string): [Stretch[], Stretch[]] => {
  const a = [...left]
  const b = [...right]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let end = 0
  while (end < a.length - head && end < b.length - head && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const middleA = a.slice(head, a.length - end)
  const middleB = b.slice(head, b.length - end)
  const [keptA, keptB] = common(middleA, middleB)
  const around = (middle: string[], kept: boolean[], whole: string[]) =>
    stretches(whole, [...Array<boolean>(head).fill(true), ...middle.map((_, i) => kept[i] ?? false), ...Array<boolean>(end).fill(true)])
  return [around(middleA, keptA, a), around(middleB, keptB, b)]
}

/** Which characters belong to a longest common subsequence. Texts too long for the table differ as a whole. */
const common = (a: string[], b: string[]): [boolean[], boolean[]] => {
  const keptA = Array<boolean>(a.length).fill(false)
  const keptB = Array<boolean>(b.length).fill(false)
  if ((a.length + 1) * (b.length + 1) > LARGEST_TABLE) return [keptA, keptB]
  const width = b.length + 1
  const table = new Uint16Array((a.length + 1) * width)
  const at = (i: number, j: number) => table[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) table[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      keptA[i++] = true
      keptB[j++] = true
    } else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return [keptA, keptB]
}

const stretches = (characters: string[], same: boolean[]): Stretch[] => {
  const result: Stretch[] = []
  characters.forEach((character, i) => {
    const last = result.at(-1)
    if (last && last.same === same[i]) last.text += character
    else result.push({ text: character, same: same[i] ?? false })
  })
  return result
}

/** Texts of several people as one: a text that another contains is not repeated. */
export const joined = (texts: string[], between = '\n'): string => {
  const kept: string[] = []
  for (const text of texts.map((one) => one.trim()).filter(Boolean)) {
    if (kept.some((one) => one.includes(text))) continue
    for (let i = kept.length - 1; i >= 0; i--) if (text.includes(kept[i] ?? '')) kept.splice(i, 1)
    kept.push(text)
  }
  return kept.join(between)
}
