import type {
  AdmitAnswer,
  AssigneeKind,
  AuditLine,
  AuditPage,
  EditedPerson,
  Enrolment,
  FeedbackPage,
  FirstPassword,
  HandedOver,
  HubStatus,
  Id,
  ImportPreview,
  ImportResult,
  ImportSource,
  MediationPage,
  MediationStory,
  MismatchPage,
  NewPerson,
  Page,
  Person,
  QuarantineCase,
  QuarantinePage,
  ReviewRequest,
  SettleRequest,
  SilentPage,
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

  mediations: (query: Query, signal?: AbortSignal) => calls.json<MediationPage>('/mediations', { query, signal }),
  paper: (id: Id) => calls.blob(`/mediations/${id}/paper`),
  mediation: (id: Id, signal?: AbortSignal) => calls.json<MediationStory>(`/mediations/${id}`, { signal }),

  tickets: (query: Query, signal?: AbortSignal) => calls.json<Page<TicketRow>>('/tickets', { query, signal }),
  ticket: (id: Id, signal?: AbortSignal) => calls.json<Ticket>(`/tickets/${id}`, { signal }),
  assign: (id: Id, to: { kind: AssigneeKind; id: Id }, assigned_before: Id | null, note: string) => calls.json<Ticket>(`/tickets/${id}/assign`, { json: { to, assigned_before, ...(note ? { note } : {}) } }),

  people: (query: string, signal?: AbortSignal) => calls.json<Items<Person>>('/people', { query: { query }, signal }),
  addPerson: (person: NewPerson) => calls.json<FirstPassword & { id: Id }>('/people', { json: person }),
  editPerson: (id: Id, person: EditedPerson) => calls.json<void>(`/people/${id}`, { method: 'PATCH', json: person }),
  disablePerson: (id: Id) => calls.json<void>(`/people/${id}/disable`, { method: 'POST' }),
  enablePerson: (id: Id) => calls.json<void>(`/people/${id}/enable`, { method: 'POST' }),
  resetPassword: (id: Id) => calls.json<FirstPassword>(`/people/${id}/password`, { method: 'POST' }),
  confirmPerson: (id: Id) => calls.json<void>(`/people/${id}/confirm`, { method: 'POST' }),
  changePassword: (current: string, chosen: string) => calls.json<void>('/me/password', { json: { current, new: chosen } }),
  enrol: (person: Id) => calls.json<Enrolment>(`/people/${person}/enrolment`, { method: 'POST' }),
  revoke: (device: Id, reason: 'left' | 'lost') => calls.json<void>(`/devices/${device}/revoke`, { json: { reason } }),
  units: () => calls.json<Items<Unit>>('/units'),

  live: (signal: AbortSignal) => calls.stream('/office/live', { signal }),

  ticketHistory: (id: Id) => calls.blob(`/tickets/${id}/history.pdf`),
  appealEvidence: (id: Id, appeal: number) => calls.blob(`/tickets/${id}/evidence.pdf`, { query: { appeal } }),
  feedback: (since: number | null, signal?: AbortSignal) => calls.json<FeedbackPage>('/exchange/feedback', { query: { since }, signal }),
  feedbackFile: (format: 'csv' | 'xlsx', since: number | null) => calls.blob(`/exchange/feedback.${format}`, { query: { since } }),
  feedbackText: (id: Id) => calls.blob(`/tickets/${id}/feedback.txt`),
  mismatches: (signal?: AbortSignal) => calls.json<MismatchPage>('/exchange/mismatches', { signal }),
  silent: (signal?: AbortSignal) => calls.json<SilentPage>('/exchange/silent', { signal }),
  explain: (id: Id, words: string) => calls.json<void>(`/exchange/silent/${id}`, { json: { words } }),

  sources: () => calls.json<Items<ImportSource>>('/imports/sources'),
  preview: (file: File, source: string) => calls.json<ImportPreview>('/imports/preview', { method: 'POST', query: { filename: file.name, source }, raw: file }),
  import: (file: File, source: string, take_over: string) => calls.json<ImportResult>('/imports', { method: 'POST', query: { filename: file.name, source, take_over }, raw: file }),
  template: (format: 'csv' | 'xlsx') => calls.blob(`/imports/template.${format}`),

  status: () => calls.json<HubStatus>('/status'),
  quarantine: (query: Query, signal?: AbortSignal) => calls.json<QuarantinePage>('/quarantine', { query, signal }),
  handOver: (file: File) => calls.json<HandedOver>('/hand-over', { method: 'POST', raw: file }),
  audit: async (query: Query, signal?: AbortSignal): Promise<Page<AuditLine>> => {
    const { items, next } = await calls.json<AuditPage>('/audit', { query, signal })
    return { items: items.map((line) => ({ ...line, id: String(line.n) })), next, total: items.length }
  },
  aside: (id: Id, signal?: AbortSignal) => calls.json<QuarantineCase>(`/quarantine/${id}`, { signal }),
  admit: (id: Id, ticket: Id | null) => calls.json<AdmitAnswer>(`/quarantine/${id}/admit`, { json: ticket ? { ticket } : {} }),
  refuse: (id: Id, remark: string) => calls.json<QuarantineCase>(`/quarantine/${id}/refuse`, { json: { remark } }),
  reopen: (id: Id) => calls.json<QuarantineCase>(`/quarantine/${id}/reopen`, { method: 'POST' }),
  photo: (sha256: string, size: '320' | '1600' | 'original', signal?: AbortSignal) => calls.blob(`/media/${sha256}`, { query: { size }, signal }),
}
