import type { Edit } from './views'

/** What the general form requires beside the person who began the visit, for tests: with it a visit can be submitted. */
export const whole = (id: (n: number) => string, person: string, at: number): Edit[] => [
  { edit: 'put_entry', collection: 'arrivals', id: id(70), fields: { at, by: person, source: 'hand', address: '一号院' } },
  { edit: 'set_field', field: 'finding_kind', value: 'clutter' },
  { edit: 'put_entry', collection: 'photos', id: id(71), fields: { role: 'evidence', taken_at: at } },
  { edit: 'set_field', field: 'cleanup_state', value: 'not_needed' },
  { edit: 'set_field', field: 'outcome', value: 'resolved' },
]
