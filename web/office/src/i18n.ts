import { texts, type Places } from '@shared/i18n'
import zh from '@shared/locales/office.zh-CN.json'

export type Key = keyof typeof zh
export const { t, language, useLanguage, remembered } = texts<Key>('office', zh, () => import('@shared/locales/office.en.json'))

/** Whether the message files know `key`. */
export const known = (key: string): key is Key => key in zh

/** The text of `group.value`; a value that has no text of its own is shown as it is. */
export const word = (group: string, value: string | null | undefined, places?: Places): string => {
  if (!value) return ''
  const key = `${group}.${value}`
  return known(key) ? t(key, places) : value
}

/** Names joined the way the language does it. */
export const list = (names: string[]): string => names.filter(Boolean).join(t('list.comma'))
