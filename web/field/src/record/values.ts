import type { Value } from '@shared/core/views'
import { dateTimeText } from '@shared/time'
import { t } from '../i18n'
import type { KindDefinition } from '../kinds'
import { word } from '../words'

const isTime = (name: string) => name.endsWith('_at') && name !== 'cleanup_left_at'

/** A value of the record as people read it. */
export function valueText(path: string, value: Value, { choices, flags }: Pick<KindDefinition, 'choices' | 'flags'>, nameOf: (person: unknown) => string = () => ''): string {
  const [head = '', ...rest] = path.split('/')
  const name = rest.at(-1) ?? ''
  const place = `${head}/${name}`
  if (value === null || value === '') return t('value.empty')
  if (typeof value === 'boolean') return t(`${flags[place] ?? 'flag'}.${value ? 'yes' : 'no'}`)
  if (typeof value === 'number') return isTime(name) || name === 'at' ? dateTimeText(value) : String(value)
  const list = choices[place]
  if (list) return word(list, value)
  return name === 'user' || name === 'by' ? nameOf(value) || value : value
}
