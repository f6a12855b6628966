import { readonly, ref, type Ref } from 'vue'

/** Languages the apps speak; zh-CN is the one every text is written in first. */
export const LANGUAGES = ['zh-CN', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** Values for the `{name}` places of a text. */
export type Places = Record<string, string | number>

export interface Texts<Key extends string> {
  /** The text of `key` in the current language with its places filled; reactive. */
  t: (key: Key, places?: Places) => string
  language: Readonly<Ref<Language>>
  /** Loads the language if needed, switches to it and remembers it on this device. */
  useLanguage: (language: Language) => Promise<void>
  /** The language this device used last, zh-CN at first. */
  remembered: () => Language
}

const fill = (text: string, places?: Places) => (places ? text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in places ? String(places[name]) : whole)) : text)

/**
 * Message lookup of one app. Keys are typed from the zh-CN file; the English file is loaded when first asked for.
 * A key the loaded language lacks is shown in zh-CN.
 */
export function texts<Key extends string>(app: string, zh: Record<Key, string>, loadEnglish: () => Promise<{ default: Record<Key, string> }>): Texts<Key> {
  const language = ref<Language>('zh-CN')
  const loaded: Partial<Record<Language, Record<Key, string>>> = { 'zh-CN': zh }
  const memory = `warmline.${app}.language`

  return {
    t: (key, places) => fill(loaded[language.value]?.[key] ?? zh[key] ?? key, places),
    language: readonly(language) as Readonly<Ref<Language>>,
    async useLanguage(next) {
      if (next === 'en' && !loaded.en) loaded.en = (await loadEnglish()).default
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
