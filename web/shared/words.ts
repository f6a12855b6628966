// The one list of words that both apps and the hub go by: names of states, roles, fields and choices. What is common stands
// in `sync-core/words`, what belongs to a kind of record in its own folder, and its keys begin with the kind's name.

import common from '@core-words/zh-CN.json'

type List = Record<string, string>

/** A word that stands in the common list. */
export type CommonWord = keyof typeof common

const ofKinds = import.meta.glob<List>('@core-kinds/*/words/zh-CN.json', { eager: true, import: 'default' })
const ofKindsInEnglish = import.meta.glob<List>('@core-kinds/*/words/en.json', { import: 'default' })

/** Every word in the language all texts are written in first. */
export const chinese: List = Object.assign({}, common, ...Object.values(ofKinds))

/** Every word in English, loaded when first asked for. */
export const loadEnglish = async (): Promise<List> =>
  Object.assign({}, ...(await Promise.all([import('@core-words/en.json').then((file) => file.default as List), ...Object.values(ofKindsInEnglish).map((load) => load())])))

/** Whether the list has `key`. */
export const listed = (key: string): boolean => key in chinese
