import type { Entry, PersonRef, Value, VisitStory, Written } from '@shared/api-types'

/** Builders for tests: people, entries and stories with only what a test is about. */
export const LI: PersonRef = { id: 'P1', name: '李某山', role: 'grid_worker' }
export const ZHAO: PersonRef = { id: 'P2', name: '赵某兰', role: 'building_captain' }

let count = 0
export const written = (person: PersonRef, phone_at: number): Written => ({
  person,
  device: { id: `D-${person.id}`, name: `${person.name}的手机` },
  phone_at,
  phone_doubted: false,
  received_at: phone_at + 60_000,
  hash: `h${++count}`,
})

export const entry = (id: string, values: Record<string, Value>, by: PersonRef = LI, at = 1_000): Entry => ({
  id,
  removed: false,
  values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, written: written(by, at) }])),
})

export const story = (rest: Partial<VisitStory> = {}): VisitStory => ({
  id: 'V1',
  kind: 'visit',
  state: 'submitted',
  changed_seq: 1,
  late: false,
  submitted_at: null,
  tickets: [{ id: 'T1', upstream_no: 'JN1', title: '楼道堆物', status: 'in_progress' }],
  values: [],
  notes: {},
  disagreements: [],
  collections: {},
  photos_pending: [],
  history: [],
  reviews: [],
  late_changes: [],
  photos_used: [],
  devices: [],
  ...rest,
})
