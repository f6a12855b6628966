import type { KindDefinition } from '../../kinds'
import { count, countOf, hidden, note, oneOf, person, time, yes } from '../../record/shape'
import { t } from './messages'

const PLACE_KIND = ['stairwell', 'courtyard', 'market', 'shop', 'street', 'home', 'other'] as const
const FINDING_KIND = ['clutter', 'noise', 'network', 'sanitation', 'construction', 'road_occupation', 'other'] as const
const SEVERITY = ['low', 'medium', 'high'] as const
const COOPERATION = ['cooperative', 'reluctant', 'refused', 'absent'] as const
const CLEANUP_STATE = ['not_needed', 'pending', 'partial', 'done'] as const
const CLEANUP_UNIT = ['kg', 'm3', 'piece', 'cart'] as const
const OUTCOME = ['resolved', 'partly', 'unresolved', 'explained'] as const
const ITEM_STATE = ['found', 'cleared', 'moved', 'refused'] as const
const PHOTO_ROLE = ['before', 'after', 'evidence', 'voice'] as const

/** Shapes by path; entries of collections have `*` for their id. */
export const SHAPES: KindDefinition['shapes'] = {
  'fields/place_kind': oneOf('visit.choices.place_kind', PLACE_KIND),
  'fields/finding_kind': oneOf('visit.choices.finding_kind', FINDING_KIND),
  'fields/severity': oneOf('visit.choices.severity', SEVERITY),
  'fields/hazard': yes('flag.has'),
  'fields/occupant_present': yes('flag.home'),
  'fields/cooperation': oneOf('visit.choices.cooperation', COOPERATION),
  'fields/has_property_company': yes('flag.has'),
  'fields/contact_made': yes(),
  'fields/first_contact_at': time,
  'fields/cleanup_state': oneOf('visit.choices.cleanup_state', CLEANUP_STATE),
  'fields/cleanup_amount': countOf('fields/cleanup_unit'),
  'fields/cleanup_unit': oneOf('visit.choices.unit', CLEANUP_UNIT),
  'fields/next_visit_at': time,
  'fields/follow_up_needed': yes('flag.need'),
  'fields/outcome': oneOf('visit.choices.outcome', OUTCOME),
  'fields/form': hidden,
  'notes/finding': note,
  'notes/process': note,
  'notes/result': note,
  'tickets/*/linked': yes(),
  'arrivals/*/at': time,
  'arrivals/*/by': person,
  'arrivals/*/source': oneOf('visit.choices.arrival_source', ['gps', 'hand']),
  'arrivals/*/lat_e7': hidden,
  'arrivals/*/lon_e7': hidden,
  'arrivals/*/accuracy_m': count,
  'arrivals/*/mock': yes(),
  'arrivals/*/mock_sign': oneOf('visit.choices.mock_sign', ['still', 'exact', 'jump', 'clock']),
  'participants/*/user': person,
  'participants/*/role': oneOf('role', []),
  'participants/*/joined_at': time,
  'participants/*/removed_at': time,
  'persuasions/*/at': time,
  'persuasions/*/by': person,
  'persuasions/*/reaction': oneOf('visit.choices.cooperation', COOPERATION),
  'persuasions/*/next_visit_at': time,
  'persuasions/*/removed_at': time,
  'items/*/quantity': count,
  'items/*/unit': oneOf('visit.choices.unit', CLEANUP_UNIT),
  'items/*/state': oneOf('visit.choices.item_state', ITEM_STATE),
  'items/*/pos': hidden,
  'items/*/removed_at': time,
  'photos/*/sha256': hidden,
  'photos/*/original_sha256': hidden,
  'photos/*/bytes': hidden,
  'photos/*/duration_ms': hidden,
  'photos/*/mime': hidden,
  'photos/*/w': hidden,
  'photos/*/h': hidden,
  'photos/*/pair': hidden,
  'photos/*/pos': hidden,
  'photos/*/lat_e7': hidden,
  'photos/*/lon_e7': hidden,
  'photos/*/taken_at': time,
  'photos/*/role': oneOf('visit.choices.photo_role', PHOTO_ROLE),
  'photos/*/source': oneOf('visit.choices.photo_source', ['camera', 'gallery']),
  'photos/*/mock': yes(),
  'photos/*/mock_sign': oneOf('visit.choices.mock_sign', ['still', 'exact', 'jump', 'clock']),
  'photos/*/likeness': hidden,
  'photos/*/accuracy_m': count,
  'photos/*/removed_at': time,
  'events/*/kind': oneOf('visit.choices.mark', ['submit', 'withdraw', 'note']),
  'events/*/by': person,
  'events/*/at': time,
}

/** The record's parts in the order a reviewer reads them. */
export const SECTIONS: KindDefinition['sections'] = [
  { name: 'place', title: () => t('visit.record.section.place'), paths: ['fields/address', 'fields/building', 'fields/stairwell', 'fields/room', 'fields/place_kind', 'fields/has_property_company'] },
  { name: 'finding', title: () => t('visit.record.section.finding'), paths: ['fields/finding_kind', 'fields/severity', 'fields/hazard', 'fields/occupant_present', 'notes/finding'] },
  { name: 'handling', title: () => t('visit.record.section.handling'), paths: ['fields/contact_made', 'fields/first_contact_at', 'fields/cooperation', 'fields/measure', 'fields/law_cited', 'fields/leaflet', 'fields/department_needed', 'notes/process'] },
  { name: 'cleanup', title: () => t('visit.record.section.cleanup'), paths: ['fields/cleanup_state', 'fields/cleanup_amount', 'fields/cleanup_unit', 'fields/cleanup_moved_by', 'fields/cleanup_left_at'] },
  { name: 'outcome', title: () => t('visit.record.section.outcome'), paths: ['fields/outcome', 'fields/follow_up_needed', 'fields/next_visit_at', 'notes/result'] },
]

/** Collections told as tables, in reading order, with the fields worth a column. */
export const ENTRIES: KindDefinition['entries'] = {
  arrivals: { fields: ['at', 'by', 'source', 'address', 'reason', 'mock', 'mock_sign'], alarms: { mock: () => t('visit.record.position.mocked') }, positioned: true },
  participants: { fields: ['user', 'role', 'joined_at'] },
  persuasions: { fields: ['household', 'at', 'by', 'material', 'reaction', 'next_visit_at', 'remark'] },
  items: { fields: ['label', 'place', 'quantity', 'unit', 'state'] },
}

/** Entries that are moments of a ticket's story: who came before what was recorded, the rest after it. */
export const MOMENTS: KindDefinition['moments'] = [
  { kind: 'arrival', collection: 'arrivals', icon: 'place', tab: () => t('visit.record.story.kind.arrival'), without: ['at', 'by'], first: true },
  { kind: 'persuasion', collection: 'persuasions', icon: 'talk', tab: () => t('visit.record.story.kind.persuasion'), without: ['at', 'by'] },
  { kind: 'items', collection: 'items', icon: 'broom', tab: () => t('visit.record.story.kind.items'), without: [], together: true },
]
