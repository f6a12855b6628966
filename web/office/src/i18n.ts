import { texts } from '@shared/i18n'
import { listed } from '@shared/words'
import zh from '@shared/locales/office.zh-CN.json'

export type Key = keyof typeof zh
export const { t, named, language, useLanguage, remembered } = texts<Key>('office', zh, () => import('@shared/locales/office.en.json'))

/** Whether the app's messages have `key`. */
export const known = (key: string): key is Key => key in zh

/** The word or text of `group.value`; a value that has none of its own is shown as it is. */
export const word = (group: string, value: string | null | undefined): string => {
  if (!value) return ''
  const key = `${group}.${value}`
  return listed(key) || known(key) ? named(key) : value
}

/** Names joined the way the language does it. */
export const list = (names: string[]): string => names.filter(Boolean).join(t('list.comma'))
