import type {
  AssigneeKind,
  Enrolment,
  HubStatus,
  Id,
  ImportPreview,
  ImportResult,
  ImportSource,
  NewPerson,
  Page,
  Person,
  Quarantined,
  ReviewRequest,
  SettleRequest,
  Ticket,
  TicketRow,
  Unit,
  VisitPage,
  VisitStory,
} from '@shared/api-types'
import type { Query } from '@shared/api'
import { calls } from './session'

type Items<Row> = { items: Row[] }

/** Every call the office makes, by what it is for. */
export const hub = {
  visits: (query: Query, signal?: AbortSignal) => calls.json<VisitPage>('/visits', { query, signal }),
  visit: (id: Id, signal?: AbortSignal) => calls.json<VisitStory>(`/visits/${id}`, { signal }),
  review: (id: Id, request: ReviewRequest) => calls.json<VisitStory>(`/visits/${id}/review`, { json: request }),
  settle: (id: Id, request: SettleRequest) => calls.json<VisitStory>(`/visits/${id}/settle`, { json: request }),

  tickets: (query: Query, signal?: AbortSignal) => calls.json<Page<TicketRow>>('/tickets', { query, signal }),
  ticket: (id: Id, signal?: AbortSignal) => calls.json<Ticket>(`/tickets/${id}`, { signal }),
  assign: (id: Id, to: { kind: AssigneeKind; id: Id }, note: string) => calls.json<Ticket>(`/tickets/${id}/assign`, { json: note ? { to, note } : { to } }),

  people: (query: string, signal?: AbortSignal) => calls.json<Items<Person>>('/people', { query: { query }, signal }),
  addPerson: (person: NewPerson) => calls.json<{ id: Id; initial_password: string }>('/people', { json: person }),
  enrol: (person: Id) => calls.json<Enrolment>(`/people/${person}/enrolment`, { method: 'POST' }),
  revoke: (device: Id, reason: 'left' | 'lost') => calls.json<void>(`/devices/${device}/revoke`, { json: { reason } }),
  units: () => calls.json<Items<Unit>>('/units'),

  sources: () => calls.json<Items<ImportSource>>('/imports/sources'),
  preview: (file: File, source: string) => calls.json<ImportPreview>('/imports/preview', { method: 'POST', query: { filename: file.name, source }, raw: file }),
  import: (file: File, source: string) => calls.json<ImportResult>('/imports', { method: 'POST', query: { filename: file.name, source }, raw: file }),
  template: (format: 'csv' | 'xlsx') => calls.blob(`/imports/template.${format}`),

  status: () => calls.json<HubStatus>('/status'),
  quarantine: (signal?: AbortSignal) => calls.json<Items<Quarantined>>('/quarantine', { signal }),
  photo: (sha256: string, size: '320' | '1600' | 'original', signal?: AbortSignal) => calls.blob(`/media/${sha256}`, { query: { size }, signal }),
}
