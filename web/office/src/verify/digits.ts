/** Digits of a whole hash, and the fewest by which a paper is looked for. */
export const ALL = 64
export const FEWEST = 16

/** The digits in what somebody typed, scanned or pasted: without spaces and dashes, of whatever width and case. */
export const digitsOf = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/^.*#/s, '')
    .toLowerCase()
    .replace(/[\s\u2010-\u2015_·.,:-]/g, '')
    .replace(/^(校验码)?(sha256)?/, '')

export type Flaw = 'empty' | 'letters' | 'short' | 'long'

/** Why these are no digits of a hash, or nothing. */
export const flawOf = (digits: string): Flaw | null => {
  if (!digits) return 'empty'
  if (/[^0-9a-f]/.test(digits)) return 'letters'
  if (digits.length < FEWEST) return 'short'
  return digits.length > ALL ? 'long' : null
}

/** In groups of eight, as papers print it. */
export const grouped = (digits: string): string => digits.replace(/(.{8})(?=.)/g, '$1 ')

/** Where the office's pages find what `/verify#HASH` on a paper asks for; nothing at any other address. */
export const pageOf = ({ pathname, hash }: Pick<Location, 'pathname' | 'hash'>): string | null =>
  /^\/verify\/?$/.test(pathname) ? `/office/#/verify/${encodeURIComponent(digitsOf(hash).slice(0, 200))}` : null
