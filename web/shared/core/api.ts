// What the page may ask of the worker, and what the worker tells unasked.

import type { MediationState, ReviewState } from '../lifecycle/names'
import type { MockSign } from '../position'
import type { DataSent } from './data-use'
import type { Errand, TicketAct } from './errands'
import type { HandedOver } from './handover'
import type { EnrolRequest } from './hub'
import type { LeftRow, Standing } from './left'
import type { Lane } from './media'
import type { PackPage, RecordsAsked, RecordsPage, TasksAsked, TasksPage } from './lists'
import type { OwnFigures } from './mine'
import type { MediaRow, Settings } from './store'
import type { SyncState } from './sync'
import type { Agreement, Capacity, Edit, FormView, RecordView, Reference, TicketClocks, TicketRow, VisitRow, Value } from './views'

export type { PackPage, RecordsAsked, RecordsPage, TasksAsked, TasksPage } from './lists'

/**
 * `elsewhere`: another window of the app is the one that writes. `broken`: the core cannot start; data can still be
 * exported. `wiping`/`wiped`: the office ordered the deletion of this phone's data.
 */
export type Phase = 'starting' | 'enrol' | 'ready' | 'elsewhere' | 'broken' | 'wiping' | 'wiped'

/** The person using this phone, without the keys. */
export interface Profile {
  device: string
  device_name: string
  person: string
  name: string
  role: string
  street: string
  units: string[]
  enrolled_at: number
}

export interface Unsent {
  /** Own changes the office has not received. */
  changes: number
  /** Visits with such changes. */
  visits: number
  photos: number
  photo_bytes: number
  /** Photos that wait for a person. */
  photos_refused: number
}

export interface Snapshot {
  phase: Phase
  profile: Profile | null
  /** What is added to the phone's own time, ms, and whether the office has measured it. */
  clock: { offset: number; measured: boolean }
  sync: SyncState & { live: boolean; clock_offset_ms: number | null }
  /** Why the session can no longer be renewed; the phone keeps recording. */
  session_ended: string | null
  /** The office took the phone out of use: until then it hands over what it holds, and gets nothing. */
  released: number | null
  lane: Lane & { done: number; total: number }
  unsent: Unsent
  /** Places of own words that are not in the record. */
  aside: number
  /** Gestures that this window could not write and left for the one that writes now. */
  handed_over: number
  settings: Settings
  /** Visits whose stored form could not be read whole. */
  damaged: string[]
  /** Counters that move when the named thing changed; a page that shows it asks again. */
  rev: { visits: number; tickets: number; reference: number; media: number }
  fault: string | null
}

/** Where a photo of a visit stands, as far as this phone knows; no entry: it was taken on another phone. */
export type PhotoState = Pick<MediaRow, 'state' | 'offset' | 'size' | 'error' | 'next_at'>

export interface RecordRow extends VisitRow {
  /** Where it stands with the person's own marks, which count before the office has answered. */
  stage: ReviewState
  /** Where it stands when it is a mediation. */
  standing: MediationState | null
  /** This person takes part in it, from this phone or another. */
  own: boolean
  /** Names of those who take part. */
  names: string[]
  /** It is its own ticket: what a patrol found. */
  find: boolean
  ticket_no: string
  ticket_title: string
  due_at: number | null
  /** Photos taken on this phone: all, confirmed by the office, refused. */
  photos_total: number
  photos_sent: number
  photos_refused: number
}

export interface TicketPage {
  ticket: TicketRow
  visits: RecordRow[]
  /** What was told of it here and is not at the office. */
  errands: Errand[]
}

/** The clocks of all tickets as they stand at `at`, by the hub's clock. */
export interface ClocksPage {
  at: number
  tickets: TicketClocks[]
}

/** Who asked, in full; shown and not kept. */
export interface RequesterContact {
  name: string | null
  phone: string | null
}

/** By which numbers parties can be reached, as far as this phone can say it. */
export interface ContactsPage {
  /** Whether it can. `later`: it was not told yet, and is at its next contact; `no`: numbers are for those who handle the ticket. */
  key: 'here' | 'later' | 'no'
  /** Numbers by their sealed form; `null` where that cannot be opened. */
  numbers: Record<string, string | null>
}

export interface VisitPage {
  view: RecordView
  /** Where it stands when it is a mediation; read together with the view. */
  agreement: Agreement | null
  /** How its form sees it when it is a visit; read together with the view. */
  form: FormView | null
  ticket: TicketRow | null
  photos: Record<string, PhotoState>
  contacts: ContactsPage
  /** What another window wrote in it that did not fit any more: a person decides. */
  left: LeftRow[]
}

export interface Fix {
  lat_e7: number
  lon_e7: number
  accuracy_m: number
  /** Its time by the clock of the work, ms. */
  at: number
  /** Why it is not believed. */
  sign?: MockSign | null
}

export interface PhotoAsked {
  role: string
  pair: string | null
  source: 'camera' | 'gallery'
  fix: Fix | null
  place: string
  taken_at: number
  /** Lines to burn in. */
  lines: string[]
}

/** What somebody said into the phone. */
export interface VoiceAsked {
  duration_ms: number
  taken_at: number
}

/** Where a photo was used before, as far as this phone knows. */
export interface UsedPhoto {
  doc: string
  photo: string
  /** Number or title of the ticket; empty if it is not on this phone any more. */
  ticket: string
  place: string
  at: number
  /** The same file; otherwise one that looks the same. */
  file: boolean
  /** In how many of 64 bits they look different. */
  bits: number
}

/** A signature, over the content with this hash as it was just shown. */
export type SignAsked = { content: string; capacity: Capacity; signer: string } & (
  | { method: 'glass'; name: string; strokes: number[][] }
  | { method: 'refused'; reason: string }
  /** `photo`: the entry of the photographed paper, or of the paper with the stamp. */
  | { method: 'paper' | 'seal'; photo: string }
)

/** A name on the list of those who came. */
export interface AttendAsked {
  content: string
  invitee: string
  name: string
  strokes: number[][]
}

/** A report that is being written: the representative of a party says that a clause was not kept. */
export interface ReportDraft {
  party: string
  clause: string
  text: string
  /** Hash of the picture that goes with it. */
  photo: string | null
  /** It was given, and leaves by itself then; until then it can be taken back. */
  leaves_at: number | null
  /** Code of what the record said when it left; it was not taken. */
  why: string | null
}

/** What changes of a report that is being written. */
export interface ReportWords {
  party?: string
  clause?: string
  text?: string
  /** Without the picture. */
  photo?: null
  /** Gives it, or takes it back. */
  leaves?: boolean
}

/** Something that was found on a round and is being written; 上报 makes a record and a ticket of it. */
export interface FindDraft {
  /** The record that it becomes. */
  id: string
  /** Code of `finding_kind`. */
  kind: string
  address: string
  text: string
  /** Where the phone was when it was found. */
  fix: Fix | null
  /** Why the place was chosen by hand. */
  reason: string
  /** Hashes of its pictures. */
  photos: string[]
  /** It was given, and leaves by itself then; until then it can be taken back. */
  leaves_at: number | null
  /** Code of what was said when it left; it was not taken. */
  why: string | null
}

/** What changes of a find. */
export type FindWords = Partial<Pick<FindDraft, 'kind' | 'address' | 'text' | 'fix' | 'reason'>> & {
  /** Without this picture. */
  without?: string
  /** Gives it, or takes it back. */
  leaves?: boolean
}

/** Somebody is to follow a mediation on their own phone for a party of it. */
export interface RepresentativeAsked {
  party: string
  name: string
  /** They have an account for this mediation already, and need another code. */
  person: string | null
}

export interface RepresentativeCode {
  person: string
  /** Sixteen characters as XXXX-XXXX-XXXX-XXXX. */
  code: string
  expires_at: number
  url: string
}

export interface OutboxPage {
  visits: RecordRow[]
  photos: (MediaRow & { ticket_no: string; place: string })[]
  /** Records with own words that are not in them. */
  aside: RecordRow[]
  /** What was told of tickets and is not at the office. */
  errands: (Errand & { ticket_title: string })[]
}

/** A household that somebody talked to in an earlier visit. */
export interface PastHousehold {
  doc: string
  household: string
  /** A code of the kind's `cooperation`; empty where nobody said. */
  reaction: string
  material: string
  remark: string
  /** The person who wrote it down. */
  by: string
  at: number
  next_visit_at: number | null
}

/** What this phone knows from earlier visits to the place of a visit. */
export interface Before {
  last: {
    doc: string
    at: number
    outcome: string
    people: string[]
    /** What the next visit begins with. */
    fields: Record<string, Value>
  } | null
  /** The last first; one household may be there several times. */
  households: PastHousehold[]
}

/** Own phrases by the place where they are used, the newest first. */
export type Phrases = Record<string, string[]>

export interface FieldApi {
  enrol(request: EnrolRequest): Promise<void>
  /** Signs in again with the password alone, after the session ended. */
  resume(password: string): Promise<void>
  takeOver(): Promise<void>
  tasks(asked: TasksAsked): Promise<TasksPage>
  ticket(id: string): Promise<TicketPage | null>
  /** Counted here, with or without a network. */
  clocks(): Promise<ClocksPage>
  /** Keeps what is to be told of a ticket and tries to tell it; answers whether the office has it. */
  tell(ticket: string, act: TicketAct): Promise<boolean>
  /** Tells it again, after its person has seen what changed; answers whether the office has it. */
  tellAgain(errand: string): Promise<boolean>
  /** Forgets it. */
  dropErrand(errand: string): Promise<void>
  /** Needs the hub, which keeps a note of each look: `unreachable` without a network. */
  requester(ticket: string): Promise<RequesterContact>
  /** The same of somebody who is on call. */
  onCallNumber(unit: string, person: string): Promise<{ name: string; number: string }>
  records(): Promise<RecordRow[]>
  /** Own records as a list that is shown. */
  recordsPage(asked: RecordsAsked): Promise<RecordsPage>
  reference(): Promise<Reference>
  visit(doc: string): Promise<VisitPage | null>
  /** What was before a visit; null for a record of another kind. */
  before(doc: string): Promise<Before | null>
  phrases(): Promise<Phrases>
  /** Keeps the phrases of one place on this phone. */
  keepPhrases(place: string, phrases: string[]): Promise<Phrases>
  createVisit(ticket: string): Promise<string>
  createMediation(ticket: string): Promise<string>
  /** Refused with `content_changed` when something else stands there now. */
  sign(doc: string, asked: SignAsked): Promise<VisitPage>
  attend(doc: string, asked: AttendAsked): Promise<VisitPage>
  /** `base`: what stood there when the person began, see `standing`. A party's number is typed in clear and stored sealed. */
  edit(doc: string, edit: Edit, base?: Standing): Promise<VisitPage>
  /** Puts into the record what another window left, whatever stands there; or forgets it. */
  useLeft(doc: string, id: string): Promise<VisitPage>
  dropLeft(doc: string, id: string): Promise<VisitPage>
  /** Offers own words again that the office did not take; answers whether it was reached. */
  offerAgain(): Promise<boolean>
  /** Writes own words of a record anew that the office did not take. */
  rewriteAside(doc: string): Promise<VisitPage>
  /** Shows own words of a record no more that the office did not take. */
  leaveAside(doc: string): Promise<VisitPage>
  addPhoto(doc: string, file: Blob, asked: PhotoAsked): Promise<VisitPage>
  addVoice(doc: string, file: Blob, asked: VoiceAsked): Promise<VisitPage>
  /** Where a kept photo was used before. */
  usedBefore(doc: string, photo: string): Promise<UsedPhoto[]>
  /** The report on this record that is being written here; written once, so it is kept apart until it is given. */
  report(doc: string): Promise<ReportDraft | null>
  writeReport(doc: string, words: ReportWords): Promise<ReportDraft>
  photographReport(doc: string, file: Blob, asked: PhotoAsked): Promise<ReportDraft>
  /** Finds that are being written, and those that can still be taken back; the newest first. */
  finds(): Promise<FindDraft[]>
  /** `null` begins a new one. */
  writeFind(id: string | null, words: FindWords): Promise<FindDraft>
  photographFind(id: string | null, file: Blob, asked: PhotoAsked): Promise<FindDraft>
  dropFind(id: string): Promise<void>
  /** Takes part in a record of a colleague. */
  join(doc: string): Promise<void>
  /** Needs the hub: `unreachable` without a network. */
  inviteRepresentative(doc: string, asked: RepresentativeAsked): Promise<RepresentativeCode>
  thumb(sha256: string): Promise<Uint8Array<ArrayBuffer> | null>
  picture(sha256: string): Promise<Uint8Array<ArrayBuffer> | null>
  /** A voice note to be heard; null when neither this phone nor the office has it now. */
  sound(sha256: string): Promise<Uint8Array<ArrayBuffer> | null>
  outbox(): Promise<OutboxPage>
  /** One's own figures of this month. */
  figures(): Promise<OwnFigures>
  pack(): Promise<PackPage>
  /** Fetches what of today's work is missing; answers whether all of it is here now. */
  preparePack(): Promise<boolean>
  /** What this phone sent this month. */
  dataUse(): Promise<DataSent>
  syncNow(): Promise<boolean>
  sendPhotosNow(): Promise<void>
  retryPhoto(sha256: string): Promise<void>
  settings(settings: Settings): Promise<void>
  freeSentPhotos(): Promise<number>
  /** What the office does not have, as a file that only the office can open. */
  exportUnsent(): Promise<HandedOver>
  signOut(): Promise<void>
  poke(why: 'visible' | 'hidden' | 'online'): Promise<void>
}

export type Call = { id: number; method: keyof FieldApi; args: unknown[] }
export type Told =
  | { id: number; result: unknown }
  | { id: number; failure: { code: string; detail: string } }
  | { snapshot: Snapshot }
  /** The core trapped: this worker is of no use any more. */
  | { dead: string }
