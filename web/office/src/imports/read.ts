import { stamp } from '../format'
import { word } from '../i18n'

/** A cell of the preview in words; times are told by their column's name. */
export const cellText = (value: unknown, column = ''): string => {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.filter(Boolean).join(' / ')
  if (typeof value === 'number' && column.endsWith('_at')) return stamp(value)
  if (typeof value === 'object') return 'name' in value ? String(value.name) : JSON.stringify(value)
  return word(column, String(value))
}
