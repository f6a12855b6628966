import { readonly, ref, type Ref } from 'vue'
import { chinese, loadEnglish as loadEnglishWords, type CommonWord } from './words'

/** Languages the apps speak; zh-CN is the one every text is written in first. */
export const LANGUAGES = ['zh-CN', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** Values for the `{name}` places of a text. */
export type Places = Record<string, string | number>

export interface Texts<Key extends string> {
  /** The text of `key`, a message of the app or a listed word, in the current language with its places filled; reactive. */
  t: (key: Key | CommonWord, places?: Places) => string
  /** The listed word at `key` in the current language; a key without a word is shown as it is. Reactive. */
  named: (key: string) => string
  language: Readonly<Ref<Language>>
  /** Loads the language if needed, switches to it and remembers it on this device. */
  useLanguage: (language: Language) => Promise<void>
  /** The language this device used last, zh-CN at first. */
  remembered: () => Language
}

const fill = (text: string, places?: Places) => (places ? text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in places ? String(places[name]) : whole)) : text)

/** The messages of an app with those of its kinds. */
export const withKinds = <Messages extends object>(app: Messages, kinds: Record<string, object> | object[]): Messages => Object.assign({}, ...Object.values(kinds), app)

/**
 * Message lookup of one app, which knows the listed words too. Keys are typed from the zh-CN files; the English files are
 * loaded when first asked for. A key the loaded language lacks is shown in zh-CN.
 */
export function texts<Key extends string>(app: string, zh: Record<Key, string>, loadEnglish: () => Promise<{ default: Record<Key, string> }>): Texts<Key> {
  const language = ref<Language>('zh-CN')
  const first: Record<string, string> = { ...chinese, ...zh }
  const loaded: Partial<Record<Language, Record<string, string>>> = { 'zh-CN': first }
  const memory = `warmline.${app}.language`
  const said = (key: string) => loaded[language.value]?.[key] ?? first[key] ?? key

  return {
    t: (key, places) => fill(said(key), places),
    named: said,
    language: readonly(language) as Readonly<Ref<Language>>,
    async useLanguage(next) {
      if (next === 'en' && !loaded.en) {
        const [words, messages] = await Promise.all([loadEnglishWords(), loadEnglish()])
        loaded.en = { ...words, ...messages.default }
      }
      language.value = next
      if (typeof document !== 'undefined') document.documentElement.lang = next
      if (typeof localStorage !== 'undefined') localStorage.setItem(memory, next)
    },
    remembered() {
      const kept = typeof localStorage === 'undefined' ? null : localStorage.getItem(memory)
      return kept === 'en' ? 'en' : 'zh-CN'
    },
  }
}
