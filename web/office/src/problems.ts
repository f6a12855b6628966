import { ref } from 'vue'
import { Problem } from '@shared/api'
import { Need } from '@shared/lifecycle/names'
import { known, language, t, word } from './i18n'

/** Parts of the page that could not be loaded and say so themselves. */
export const unread = ref(0)

/** Codes of several reasons: the hub's sentence says which one it is. */
const OF_SEVERAL = new Set(['catalogue_unclear', 'not_a_table', 'unknown_header', 'wrong_state', 'task_gone', 'words_missing', 'words_too_long', 'name_too_long', 'unit_known', 'profile_refused', 'number_malformed', 'too_many_on_call', 'not_of_team', 'week_far'])

/**
 * What went wrong and what to do, in one sentence. Our own text for the code wins; without one the hub's
 * sentence is shown to Chinese readers; the request number helps whoever is asked for help.
 */
export const sentence = (error: unknown): string => {
  if (!(error instanceof Problem)) return t('problem.unknown')
  if (OF_SEVERAL.has(error.code) && error.detail && language.value === 'zh-CN') return error.detail
  // Of requests, and of entries in a list.
  if (error.code === 'too_many' && error.status === 422) return t('problem.too_many_entries')
  const key = `problem.${error.code}`
  if (known(key)) return t(key)
  if (error.detail && language.value === 'zh-CN') return error.detail
  if (error.code in Need) return t('problem.need', { need: word('need', error.code) })
  if (error.status === 403) return t('problem.forbidden')
  if (error.status === 404) return t('problem.not_found')
  if (error.status === 429) return t('problem.too_many')
  if (error.status >= 500) return t('problem.server', { request: error.requestId || t('none') })
  return error.detail || t('problem.unknown')
}

export const coded = (error: unknown, code: string): boolean => error instanceof Problem && error.code === code
