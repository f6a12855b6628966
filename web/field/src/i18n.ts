import { texts, withKinds } from '@shared/i18n'
import zh from '@shared/locales/field.zh-CN.json'

export type Key = keyof typeof zh

/** Messages of the app and, under the kind's name, of each kind's own form. */
export const messages = withKinds(zh, import.meta.glob<Record<string, string>>('./kinds/*/messages/zh-CN.json', { eager: true, import: 'default' }))
const english = import.meta.glob<Record<string, string>>('./kinds/*/messages/en.json', { import: 'default' })

export const { t, named, language, useLanguage, remembered } = texts<Key>('field', messages, async () => {
  const [app, ...kinds] = await Promise.all([import('@shared/locales/field.en.json'), ...Object.values(english).map((load) => load())])
  return { default: withKinds(app.default, kinds) }
})
