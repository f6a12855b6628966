import type {
  Act,
  AdmitAnswer,
  AsideContact,
  AssigneeKind,
  AuditLine,
  AuditPage,
  BatchAnswer,
  CalendarYear,
  CallbackDay,
  Card,
  CheckedForm,
  DoneRow,
  EditedPerson,
  Enrolment,
  FeedbackPage,
  FigureReport,
  FigureTicket,
  FirstPassword,
  FormRow,
  HandedOver,
  HubStatus,
  Id,
  IntakeEntry,
  Pasted,
  Suggestion,
  ImportPreview,
  ImportedForm,
  ImportResult,
  ImportSource,
  MediationPage,
  MediationStory,
  Millis,
  MismatchPage,
  MoveAnswer,
  MovedTicket,
  MovePreview,
  NewPerson,
  NewWeek,
  Page,
  Person,
  PreviewedTerm,
  ProfileForm,
  ProfileRow,
  QuarantineCase,
  QuarantinePage,
  ReviewRequest,
  RosterWeek,
  SettleRequest,
  SilentPage,
  TaskList,
  Ticket,
  TicketCounts,
  TicketProposal,
  TicketRow,
  UndoAnswer,
  Unit,
  VisitPage,
  VisitStory,
} from '@shared/api-types'
import type { Catalogue, CatalogueInForce } from '@shared/api-types/catalogue'
import type { Form } from '@shared/form'
import type { TicketAction } from '@shared/lifecycle/names'
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

  /** Who asked, in full: each look is written down with its purpose. */
  requester: (id: Id, purpose: 'call' | 'callback') => calls.json<{ name: string | null; phone: string | null }>(`/tickets/${id}/requester`, { json: { purpose } }),
  proposal: (id: Id) => calls.json<TicketProposal>(`/tickets/${id}/proposal`),
  /** Does one thing to a ticket that stood at version `seen` on the screen. */
  act: (id: Id, seen: number, act: Act) => calls.json<Ticket>(`/tickets/${id}/actions`, { json: { seen, act } }),
  ticketCounts: (by: 'status' | 'request_kind' | 'requester_type' | 'timeliness' | 'level', query: Query, signal?: AbortSignal) => calls.json<TicketCounts>('/tickets/counts', { query: { ...query, by }, signal }),
  /** Many tickets to one assignee; `before` is who had each on the screen. */
  assignMany: (to: { kind: AssigneeKind; id: Id }, tickets: { id: Id; assigned_before: Id | null }[], note: string) => calls.json<BatchAnswer>('/tickets/assign', { json: { to, tickets, ...(note ? { note } : {}) } }),
  /** What moving all that `query.holder` has would do. */
  movePreview: (query: Query, to: { kind: AssigneeKind; id: Id }) => calls.json<MovePreview>('/tickets/move/preview', { query, json: { to } }),
  /** One round of it. */
  move: (query: Query, to: { kind: AssigneeKind; id: Id }, note: string, cursor: string | null) => calls.json<MoveAnswer>('/tickets/move', { query, json: { to, ...(note ? { note } : {}), ...(cursor === null ? {} : { cursor }) } }),
  undoMove: (tickets: MovedTicket[]) => calls.json<UndoAnswer>('/tickets/move/undo', { json: { tickets } }),
  tasks: (query: Query, signal?: AbortSignal) => calls.json<TaskList>('/tasks', { query, signal }),
  /** What was done to tickets since then, the newest first. */
  done: (actions: TicketAction[], since: Millis, signal?: AbortSignal) => calls.json<{ items: DoneRow[]; more: boolean }>('/tickets/done', { query: { actions: actions.join(','), since }, signal }),
  callbackDay: (signal?: AbortSignal) => calls.json<CallbackDay>('/callbacks', { signal }),
  takeIn: (entry: IntakeEntry) => calls.json<Ticket>('/tickets', { json: entry }),
  recognise: (text: string) => calls.json<Pasted>('/tickets/paste', { json: { text } }),
  alike: (draft: Pick<IntakeEntry, 'description' | 'address' | 'community' | 'category' | 'phone'> & { title: string }, signal: AbortSignal) => calls.json<Items<Suggestion>>('/tickets/duplicates', { json: draft, signal }),
  duplicates: (id: Id) => calls.json<Items<Suggestion>>(`/tickets/${id}/duplicates`),
  addEvidence: (id: Id, picture: Blob) => calls.json<Ticket>(`/tickets/${id}/evidence`, { method: 'POST', raw: picture }),
  link: (id: Id, earlier: Id, linked: boolean) => calls.json<Ticket>(`/tickets/${id}/link`, { json: { earlier, linked } }),

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
  addUnit: (kind: 'section' | 'team', name: string) => calls.json<Unit>('/units', { json: { kind, name } }),

  onCall: (unit: Id, week: string, signal?: AbortSignal) => calls.json<RosterWeek>(`/units/${unit}/on-call`, { query: { week }, signal }),
  writeOnCall: (unit: Id, week: NewWeek) => calls.json<RosterWeek>(`/units/${unit}/on-call`, { json: week }),
  /** By which number somebody on call is reached: each look is written down. */
  onCallNumber: (unit: Id, person: Id) => calls.json<{ name: string; number: string }>(`/units/${unit}/on-call/number`, { json: { person } }),

  profiles: (signal?: AbortSignal) => calls.json<Items<ProfileRow>>('/deadline-profiles', { signal }),
  writeProfile: (form: ProfileForm) => calls.json<ProfileRow>('/deadline-profiles', { json: { form } }),
  previewProfile: (form: ProfileForm, dispatched_at: Millis, assigned_at: Millis) => calls.json<{ terms: PreviewedTerm[] }>('/deadline-profiles/preview', { json: { form, dispatched_at, assigned_at } }),
  calendar: (signal?: AbortSignal) => calls.json<{ years: CalendarYear[] }>('/calendar', { signal }),

  forms: (signal?: AbortSignal) => calls.json<Items<FormRow>>('/forms', { signal }),
  /** Whether a form could be written; nothing is kept of it. */
  checkForm: (form: Form) => calls.json<CheckedForm>('/forms/check', { json: { form } }),
  writeForm: (form: Form) => calls.json<FormRow>('/forms', { json: { form } }),
  /** What a workbook would become; nothing is written. */
  readWorkbook: (file: File, decimals_whole: boolean) => calls.json<ImportedForm>('/forms/xlsform', { method: 'POST', query: { decimals_whole }, raw: file }),
  formFile: (id: string, version: number, what: 'xlsform' | 'answers.csv' | 'answers.xlsx') => calls.blob(`/forms/${id}/${version}/${what}`),

  cards: (signal?: AbortSignal) => calls.json<Items<Card>>('/cards', { signal }),
  addCard: (place: string, community: Id | null) => calls.json<Card>('/cards', { json: { place, community } }),
  changeCard: (code: string, active: boolean) => calls.json<void>(`/cards/${code}`, { method: 'PATCH', json: { active } }),
  cardSheet: (codes: string[]) => calls.blob('/cards/sheet.pdf', { query: { codes: codes.join(',') } }),

  catalogue: (signal?: AbortSignal) => calls.json<CatalogueInForce>('/catalogue', { signal }),
  writeCatalogue: (seen: number, catalogue: Catalogue) => calls.json<CatalogueInForce>('/catalogue', { json: { seen, catalogue } }),
  trainClassifier: () => calls.json<CatalogueInForce>('/catalogue/training', { method: 'POST' }),

  live: (signal: AbortSignal) => calls.stream('/office/live', { signal }),

  ticketHistory: (id: Id) => calls.blob(`/tickets/${id}/history.pdf`),
  appealEvidence: (id: Id, appeal: number) => calls.blob(`/tickets/${id}/evidence.pdf`, { query: { appeal } }),
  feedback: (since: number | null, signal?: AbortSignal) => calls.json<FeedbackPage>('/exchange/feedback', { query: { since }, signal }),
  feedbackFile: (format: 'csv' | 'xlsx', since: number | null) => calls.blob(`/exchange/feedback.${format}`, { query: { since } }),
  feedbackText: (id: Id) => calls.blob(`/tickets/${id}/feedback.txt`),
  mismatches: (signal?: AbortSignal) => calls.json<MismatchPage>('/exchange/mismatches', { signal }),
  silent: (signal?: AbortSignal) => calls.json<SilentPage>('/exchange/silent', { signal }),
  figures: (days: { from: string; to: string }, signal?: AbortSignal) => calls.json<FigureReport>('/figures', { query: days, signal }),
  /** The tickets behind a number of `figures`. */
  figureTickets: (query: Query, signal?: AbortSignal) => calls.json<{ items: FigureTicket[]; next: string | null }>('/figures/tickets', { query, signal }),
  explain: (id: Id, words: string) => calls.json<void>(`/exchange/silent/${id}`, { json: { words } }),

  sources: () => calls.json<Items<ImportSource>>('/imports/sources'),
  preview: (file: File, source: string) => calls.json<ImportPreview>('/imports/preview', { method: 'POST', query: { filename: file.name, source }, raw: file }),
  import: (file: File, source: string, take_over: string) => calls.json<ImportResult>('/imports', { method: 'POST', query: { filename: file.name, source, take_over }, raw: file }),
  template: (format: 'csv' | 'xlsx') => calls.blob(`/imports/template.${format}`),

  status: () => calls.json<HubStatus>('/status'),
  quarantine: (query: Query, signal?: AbortSignal) => calls.json<QuarantinePage>('/quarantine', { query, signal }),
  asideContacts: () => calls.json<Items<AsideContact>>('/quarantine/contacts'),
  admitContact: (id: Id) => calls.json<void>(`/quarantine/contacts/${id}/admit`, { method: 'POST' }),
  refuseContact: (id: Id, remark: string) => calls.json<void>(`/quarantine/contacts/${id}/refuse`, { json: { remark } }),
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
