import type { Value } from '@shared/core/views'
import { dateTimeText } from '@shared/time'
import { t } from '../i18n'
import { word } from '../words'

/** Which list of words a place of the record takes its codes from. */
const LIST_OF: Record<string, string> = {
  place_kind: 'place',
  finding_kind: 'finding',
  severity: 'severity',
  cooperation: 'cooperation',
  reaction: 'cooperation',
  cleanup_state: 'cleanup',
  cleanup_unit: 'unit',
  unit: 'unit',
  outcome: 'outcome',
  state: 'item',
  role: 'role',
}

const isTime = (name: string) => name.endsWith('_at') && name !== 'cleanup_left_at'

/** A value of the record as people read it. */
export function valueText(path: string, value: Value, nameOf: (person: unknown) => string = () => ''): string {
  const name = path.split('/').at(-1) ?? ''
  if (value === null || value === '') return t('value.empty')
  if (typeof value === 'boolean') return t(value ? 'value.yes' : 'value.no')
  if (typeof value === 'number') return isTime(name) || name === 'at' ? dateTimeText(value) : String(value)
  const list = LIST_OF[name]
  if (list) return word(list, value)
  return name === 'user' || name === 'by' ? nameOf(value) || value : value
}
