import type { Plugin } from 'vite'

/** Address of the font file that Vant's icon style sheet asks of its maker's server when the embedded copy fails. */
const FOREIGN_FONT = /,\s*url\((["']?)(?:https?:)?\/\/at\.alicdn\.com[^)]*\)\s*format\((["'])[^"']*\2\)/g

/** Removes every foreign `url()` from a style sheet text. */
export const withoutForeignFont = (css: string): string => css.replace(FOREIGN_FONT, '')

/** No request may leave our origin, so the fallback address goes; the embedded font stays. */
export const vantFont = (): Plugin => ({
  name: 'warmline:vant-font',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('at.alicdn.com') && !code.includes('at.alicdn.com')) return
    return { code: withoutForeignFont(code), map: null }
  },
})
