import { texts, withKinds } from '@shared/i18n'
import { listed } from '@shared/words'
import zh from '@shared/locales/office.zh-CN.json'

export type Key = keyof typeof zh

/** Messages of the app and, under the kind's name, of each kind's own record. */
export const messages = withKinds(zh, import.meta.glob<Record<string, string>>('./kinds/*/messages/zh-CN.json', { eager: true, import: 'default' }))
const english = import.meta.glob<Record<string, string>>('./kinds/*/messages/en.json', { import: 'default' })

export const { t, named, language, useLanguage, remembered } = texts<Key>('office', messages, async () => {
  const [app, ...kinds] = await Promise.all([import('@shared/locales/office.en.json'), ...Object.values(english).map((load) => load())])
  return { default: withKinds(app.default, kinds) }
})

/** Whether the app's messages have `key`. */
export const known = (key: string): key is Key => key in messages

/** The word or text of `group.value`; a value that has none of its own is shown as it is. */
export const word = (group: string, value: string | null | undefined): string => {
  if (!value) return ''
  const key = `${group}.${value}`
  return listed(key) || known(key) ? named(key) : value
}

/** Names joined the way the language does it. */
export const list = (names: string[]): string => names.filter(Boolean).join(t('list.comma'))
