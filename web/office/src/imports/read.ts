import type { Difference } from '@shared/api-types'
import { dueStamp, stamp } from '../format'
import { t, word } from '../i18n'

/** A cell of the preview in words; times are told by their column's name. */
export const cellText = (value: unknown, column = ''): string => {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.filter(Boolean).join(' / ')
  if (typeof value === 'number' && column.endsWith('_at')) return column.endsWith('due_at') ? dueStamp(value) : stamp(value)
  if (typeof value === 'object') return 'name' in value ? String(value.name) : JSON.stringify(value)
  return word(column, String(value))
}

/** A long text is known by its beginning. */
const LONG = 60
const short = (text: string): string => ([...text].length > LONG ? `${[...text].slice(0, LONG).join('')}…` : text)

/** One side of a difference in words. */
export const said = (one: Pick<Difference, 'field'>, text: string | null): string => (text === null ? t('import.nothing_said') : short(word(one.field, text)))
