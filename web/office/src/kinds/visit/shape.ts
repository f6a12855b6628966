/** What a value of a record is, so that it can be shown, compared and written by hand. */
export type Kind = 'text' | 'note' | 'yes' | 'time' | 'count' | 'enum' | 'person' | 'place' | 'hidden'

export interface Shape {
  kind: Kind
  /** Group of the listed words that an enum or a yes goes by. */
  group?: string
  /** The codes of an enum. */
  words?: readonly string[]
}

const PLACE_KIND = ['stairwell', 'courtyard', 'market', 'shop', 'street', 'home', 'other'] as const
const FINDING_KIND = ['clutter', 'noise', 'network', 'sanitation', 'construction', 'road_occupation', 'other'] as const
const SEVERITY = ['low', 'medium', 'high'] as const
const COOPERATION = ['cooperative', 'reluctant', 'refused', 'absent'] as const
const CLEANUP_STATE = ['not_needed', 'pending', 'partial', 'done'] as const
const CLEANUP_UNIT = ['kg', 'm3', 'piece', 'cart'] as const
const OUTCOME = ['resolved', 'partly', 'unresolved', 'explained'] as const
const ITEM_STATE = ['found', 'cleared', 'moved', 'refused'] as const
const PHOTO_ROLE = ['before', 'after', 'evidence'] as const

const text: Shape = { kind: 'text' }
/** A yes or a no, and the pair of words it goes by. */
const yes = (group = 'flag'): Shape => ({ kind: 'yes', group })
const time: Shape = { kind: 'time' }
const count: Shape = { kind: 'count' }
const person: Shape = { kind: 'person' }
const hidden: Shape = { kind: 'hidden' }
const oneOf = (group: string, words: readonly string[]): Shape => ({ kind: 'enum', group, words })

/** Shapes by path; entries of collections have `*` for their id. */
const SHAPES: Record<string, Shape> = {
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
  'fields/cleanup_amount': count,
  'fields/cleanup_unit': oneOf('visit.choices.unit', CLEANUP_UNIT),
  'fields/next_visit_at': time,
  'fields/follow_up_needed': yes('flag.need'),
  'fields/outcome': oneOf('visit.choices.outcome', OUTCOME),
  'notes/finding': { kind: 'note' },
  'notes/process': { kind: 'note' },
  'notes/result': { kind: 'note' },
  'tickets/*/linked': yes(),
  'arrivals/*/at': time,
  'arrivals/*/by': person,
  'arrivals/*/source': oneOf('visit.choices.arrival_source', ['gps', 'hand']),
  'arrivals/*/lat_e7': hidden,
  'arrivals/*/lon_e7': hidden,
  'arrivals/*/accuracy_m': count,
  'arrivals/*/mock': yes(),
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
  'photos/*/accuracy_m': count,
  'photos/*/removed_at': time,
  'events/*/kind': oneOf('visit.choices.mark', ['submit', 'withdraw', 'note']),
  'events/*/by': person,
  'events/*/at': time,
}

export interface Path {
  /** `fields`, `notes` or a collection. */
  head: string
  /** Entry id, for collections. */
  entry: string | null
  /** The field's own name; empty for a whole entry. */
  name: string
}

export const parsePath = (path: string): Path => {
  const [head = '', second = '', ...rest] = path.split('/')
  return head === 'fields' || head === 'notes' ? { head, entry: null, name: second } : { head, entry: second, name: rest.join('/') }
}

export const shapeOf = (path: string): Shape => {
  const { head, entry, name } = parsePath(path)
  return SHAPES[entry === null ? path : `${head}/*/${name}`] ?? text
}

/** The record's parts in the order a reviewer reads them. */
export const SECTIONS = [
  { name: 'place', paths: ['fields/address', 'fields/building', 'fields/stairwell', 'fields/room', 'fields/place_kind', 'fields/has_property_company'] },
  { name: 'finding', paths: ['fields/finding_kind', 'fields/severity', 'fields/hazard', 'fields/occupant_present', 'notes/finding'] },
  { name: 'handling', paths: ['fields/contact_made', 'fields/first_contact_at', 'fields/cooperation', 'fields/measure', 'fields/law_cited', 'fields/leaflet', 'fields/department_needed', 'notes/process'] },
  { name: 'cleanup', paths: ['fields/cleanup_state', 'fields/cleanup_amount', 'fields/cleanup_unit', 'fields/cleanup_moved_by', 'fields/cleanup_left_at'] },
  { name: 'outcome', paths: ['fields/outcome', 'fields/follow_up_needed', 'fields/next_visit_at', 'notes/result'] },
] as const

export type SectionName = (typeof SECTIONS)[number]['name'] | 'other'

export const sectionOf = (path: string): SectionName => SECTIONS.find((section) => (section.paths as readonly string[]).includes(path))?.name ?? 'other'

/** Fields of a collection's entries worth a column, in reading order. */
export const ENTRY_FIELDS = {
  arrivals: ['at', 'by', 'source', 'address', 'reason', 'mock'],
  participants: ['user', 'role', 'joined_at'],
  persuasions: ['household', 'at', 'by', 'material', 'reaction', 'next_visit_at', 'remark'],
  items: ['label', 'place', 'quantity', 'unit', 'state'],
} as const
