import type { Value } from '@shared/core/views'
import { dateTimeText } from '@shared/time'
import { t } from '../i18n'
import { word } from '../words'

/** Which list of words a place of the record takes its codes from, by the end of its path. */
const LIST_OF: Record<string, string> = {
  'fields/place_kind': 'visit.choices.place_kind',
  'fields/finding_kind': 'visit.choices.finding_kind',
  'fields/severity': 'visit.choices.severity',
  'fields/cooperation': 'visit.choices.cooperation',
  'fields/cleanup_state': 'visit.choices.cleanup_state',
  'fields/cleanup_unit': 'visit.choices.unit',
  'fields/outcome': 'visit.choices.outcome',
  'arrivals/source': 'visit.choices.arrival_source',
  'participants/role': 'role',
  'persuasions/reaction': 'visit.choices.cooperation',
  'items/unit': 'visit.choices.unit',
  'items/state': 'visit.choices.item_state',
  'photos/role': 'visit.choices.photo_role',
  'photos/source': 'visit.choices.photo_source',
}

/** Which pair of words a yes and a no go by. */
const FLAG_OF: Record<string, 'flag.has' | 'flag.home' | 'flag.need'> = { hazard: 'flag.has', has_property_company: 'flag.has', occupant_present: 'flag.home', follow_up_needed: 'flag.need' }

const isTime = (name: string) => name.endsWith('_at') && name !== 'cleanup_left_at'

/** A value of the record as people read it. */
export function valueText(path: string, value: Value, nameOf: (person: unknown) => string = () => ''): string {
  const [head = '', ...rest] = path.split('/')
  const name = rest.at(-1) ?? ''
  if (value === null || value === '') return t('value.empty')
  if (typeof value === 'boolean') return t(`${FLAG_OF[name] ?? 'flag'}.${value ? 'yes' : 'no'}`)
  if (typeof value === 'number') return isTime(name) || name === 'at' ? dateTimeText(value) : String(value)
  const list = LIST_OF[`${head}/${name}`]
  if (list) return word(list, value)
  return name === 'user' || name === 'by' ? nameOf(value) || value : value
}
