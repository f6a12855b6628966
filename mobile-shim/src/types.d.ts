/** One write of a batch; null deletes the key. */
export interface Write { key: string; value: Uint8Array | null }
/** Answer of `receive`: store `batch` in one transaction; `event` is the JSON of `FrameEvent`. */
export interface Received { batch: Write[]; event: string }
export interface FrameEvent { frame: string; more: boolean | null; resync: boolean; poke: boolean; docs: string[]; tickets: string[] }

export interface Ready { docs: number; tickets: number; queued: number; damaged: string[] }
export interface Session { device: string; person: string; name: string; role: string; tenant: string }

export type Value = null | boolean | number | string;
export type Edit =
  | { edit: "include"; set: string; id: string; included: boolean }
  | { edit: "mark"; id: string; kind: "submit" | "withdraw" | "note"; by: string; remark?: string }
  | { edit: "put_entry"; collection: string; id: string; fields: Record<string, Value> }
  | { edit: "remove_entry"; collection: string; id: string }
  | { edit: "restore_entry"; collection: string; id: string }
  | { edit: "set_field"; field: string; value: Value }
  | { edit: "answer"; question: string; part: string; value: Value }
  | { edit: "set_note"; note: string; text: string }
  | { edit: "settle"; path: string; value: Value };

export interface Pin { path: string; text: string }
export interface Review { decision: "approve" | "return" | "reject"; reason: string; remark: string; pins: Pin[]; by: string; at: number }
export type Entry = { id: string; removed: boolean } & Record<string, Value>;
export interface Choice { op: string; value: Value; at: number | null }
export interface Conflict { path: string; values: Choice[] }
export interface Aside { path: string; code: string; at: number; recorded: Value; remedy: "wait" | "rewrite" | "office" }
export interface VisitView {
  doc: string; ticket: string; state: string;
  fields: Record<string, Value>; answers: Record<string, Value>; notes: Record<string, { text: string }>;
  arrivals: Entry[]; participants: Entry[]; persuasions: Entry[]; items: Entry[]; photos: Entry[]; events: Entry[];
  conflicts: Conflict[]; aside: Aside[]; pending: number; reviews: Review[]; locked: boolean;
}
export interface VisitRow {
  doc: string; ticket: string; state: string; place: string; outcome: string; changed_at: number; arrived_at: number | null;
  queued: number; received: number; admitted: number; quarantined: number; aside: number; photos: string[]; reviews: Review[];
  disagreements: number; mine: boolean; locked: boolean; damaged: boolean;
}
/** Words for people; English only where somebody wrote it. */
export interface Label { zh: string; en?: string }
/** A question of a form; answers stand at `answers/ID/PART`, PART is `text`, `number`, `date`, `choice` or `has:CODE`. */
export type Question = { id: string; label: Label; hint?: Label; required: boolean; relevant?: { question: string; test: "answered" | "equals" | "contains"; value?: string } } & (
  | { kind: "text"; limit: number }
  | { kind: "number"; min: number; max: number; unit?: Label }
  | { kind: "date" }
  | { kind: "one" | "many"; options: { code: string; label: Label }[] });
/** A visit as its form sees it (`sync-core/src/form/sheet.rs`). */
export interface FormView {
  name: string; named: boolean;
  form: { id: string; version: number; title: Label; applies: string[][]; roles: string[]; sections: Record<string, "required" | "optional">; questions: Question[] };
  asked: string[]; filled: string[]; missing: { what: string; part: string; question?: string }[];
  gone: { path: string; value: Value }[]; fits: { name: string; title: Label } | null;
}
/** One who has to sign a mediation; `cancelled` names the places that were changed since, and what stood there. */
export type Signer = { capacity: "party" | "mediator" | "committee"; id: string | null; name: string; needed: boolean } & (
  | { state: "signed"; signature: string; at: number | null }
  | { state: "cancelled"; signature: string; changed: string[]; was: Value[] }
  | { state: "refused"; signature: string }
  | { state: "missing" });
/** A version that somebody signed. */
export interface Revision { number: number; content: string; signatures: string[]; complete_at: number | null }
/** Where a mediation stands. Nothing of it is stored: it follows from the document. */
export interface Agreement {
  standing: string; content: string | null; number: number; unsettled: string[]; gaps: { code: string; path: string }[];
  signers: Signer[]; revisions: Revision[]; split: boolean; holds: Revision | null;
  tasks: { clause: string; text: string; at: number; performance: boolean; check: string | null }[];
  kept: [string, "breached" | "performed" | "pending"][]; is_due: boolean; next_at: number | null; is_followed_up: boolean;
}
/** What somebody has drawn; strokes are x, y, x, y ... within a square of 10,000. */
export interface Sealed {
  document: string; content: string; algorithm: "sha-256"; capacity: "party" | "mediator" | "attendance"; signer: string; name: string;
  strokes: number[][]; at: number; by: string; device: string;
}
export interface TicketView {
  id: string; upstream_no: string; title: string; description: string; address: string; community: string;
  category: [string, string, string]; status: string; urgency: string; dispatched_at: number; due_at: number | null;
  assigned: { kind: string; id: string; name: string } | null; requester_masked: string; phone_masked: string; removed: boolean;
  /** What is asked of whom (`sync-core/src/protocol/work.rs`). */
  work?: object;
  may: ("take" | "contact" | "help_done")[]; calls: boolean;
}
export interface Reference {
  people: { id: string; name: string; role: string }[];
  units: { id: string; kind: string; name: string }[];
  on_call?: { unit: string; day: string; people: { id: string; name: string; calls?: boolean }[] }[];
}
/** How long somebody has; calendar days and months end on a working day. */
export type Term = { hours: number } | { working_days: number } | { days: number } | { months: number };
/** The end of a term: the last day as `2026-10-08`, its 24:00 in unix ms, and whether a year is not published yet. */
export interface Due { day: string; at: number; provisional: boolean }
/** A term of a ticket as it stands; moments are the hub's, unix ms. */
export interface Clock {
  kind: "contact" | "arrival" | "feedback" | "result" | "return_window" | "co_task" | "supervision" | "appeal"; name?: string;
  state: "running" | "paused" | "met" | "missed" | "stopped"; from: number | null; due: Due | null; first_due: Due | null;
  given: boolean; met_at: number | null; told_late: boolean; corrected: boolean; missing?: ("requester" | "platform")[];
  level: Level | null; next_change: number | null; remaining: Remaining | null;
}
export type Level = "green" | "blue" | "yellow" | "red" | "purple";
/** Working days of 24 hours and ms beside them: what is left, or for how long it has been over. */
export interface Remaining { overdue: boolean; working_days: number; millis: number }
/** The clocks of one ticket, the worst of their levels, and when that may change, by the phone's clock. */
export interface TicketClocks { ticket: string; clocks: Clock[]; level: Level | null; wake_at: number | null }
export interface SyncStatus {
  queued: number; received: number; admitted: number; quarantined: number; refused: number; aside: number;
  cursor: boolean; last_sync_at: number | null; clock_offset_ms: number | null;
}
