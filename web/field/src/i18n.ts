import { texts } from '@shared/i18n'
import zh from '@shared/locales/field.zh-CN.json'

export type Key = keyof typeof zh
export const { t, named, language, useLanguage, remembered } = texts<Key>('field', zh, () => import('@shared/locales/field.en.json'))
