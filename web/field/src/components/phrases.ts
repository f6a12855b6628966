/** Own phrases of one place that are kept: more are not found by eye. */
export const MOST_OWN = 20
/** Characters of an own phrase: what is longer is a text. */
export const OWN_CHARS = 100

/** Marks after which a sentence goes on without another one. */
const ENDS = /[。！？；，、：,.!?;:\s]$/

/** A text with a phrase at its end: nothing that was written is touched. */
export function joined(text: string, phrase: string): string {
  const before = text.trimEnd()
  if (before === '') return phrase
  const chinese = /[\u4e00-\u9fff]/.test(before.at(-1) ?? '')
  return `${before}${ENDS.test(before) ? (/[,.!?;:]$/.test(before) ? ' ' : '') : chinese ? '；' : '; '}${phrase}`
}

/** The phrases with one more: it comes first, and stands once. */
export const kept = (phrases: string[], phrase: string): string[] => [phrase, ...phrases.filter((one) => one !== phrase)].slice(0, MOST_OWN)
