import type { RecordView } from '@shared/core/views'
import type { KindDefinition } from '../../kinds'

/** Which list of words a place of a visit takes its codes from. */
export const CHOICES: Readonly<Record<string, string>> = {
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
export const FLAGS: KindDefinition['flags'] = {
  'fields/hazard': 'flag.has',
  'fields/has_property_company': 'flag.has',
  'fields/occupant_present': 'flag.home',
  'fields/follow_up_needed': 'flag.need',
}

/** Where a visit was, in one line. */
export const placeOf = ({ fields }: RecordView): string => [fields.address, fields.building, fields.stairwell, fields.room].filter(Boolean).join(' ')
