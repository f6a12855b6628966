// The interface of the core compiled to WebAssembly. The generated package brings no types we read:
// it is absent in a fresh clone until the core is built, and these few lines are the agreement.

declare module '@wasm/core_wasm.js' {
  /** Stored entries to write in one durable transaction; a null value deletes the key. */
  export type Batch = { key: string; value: Uint8Array | null }[]

  /** What one frame from the hub changed. */
  export interface Received {
    batch: Batch
    /** JSON of `FrameEvent` in views.ts. */
    event: string
  }

  /**
   * The phone's copy of its visits, tickets and reference lists. It has no IO and no clock of its own: every method that
   * changes it answers with what to store. Methods throw an Error whose message is `code: sentence`.
   */
  export class Replica {
    /** @param seed 32 fresh random bytes at each start. */
    constructor(seed: Uint8Array)
    /** Takes a stored pair; `false` if it could not be read. */
    restore(key: string, value: Uint8Array): boolean
    /** Ends the restoring; JSON {docs, tickets, queued, damaged: [doc]}. */
    ready(): string
    start_session(session_json: string): Batch
    /** Whether the times that follow are estimates, because the phone's clock cannot be right. */
    doubt_clock(doubted: boolean): void
    begin(kind: string, doc: string, ticket: string, now: number): Batch
    edit(doc: string, edit_json: string, now: number): Batch
    /** Offers own changes again that were put aside and may pass now. */
    offer(now: number): Batch
    /** The same, at most once an hour: for every round. */
    offer_due(now: number): Batch
    /** Writes own words anew that were put aside: those at a path, or all of the document. */
    rewrite(doc: string, path: string | undefined, now: number): Batch
    /** The person goes on without the words at a path that were put aside. */
    leave_aside(doc: string, path: string): Batch
    view(doc: string): string
    /** A visit as its form sees it; JSON of `FormView` in views.ts, null for another kind. */
    form(doc: string): string
    /** The form that a visit of a ticket begins with, as a record names it. */
    fitting_form(ticket: string): string | undefined
    /** Where a mediation stands; JSON of `Agreement` in views.ts. */
    agreement(doc: string, now: number): string
    /** The bytes of a mediation that are signed; refused while people disagree on them. */
    content(doc: string): Uint8Array
    /** Seals what somebody has drawn: the bytes for the media store. JSON of `Sealed` in views.ts. */
    seal(sealed_json: string): Uint8Array<ArrayBuffer>
    records(): string
    tickets(): string
    reference(): string
    /** The clocks of every ticket, counted here; `now` is the phone's own clock. JSON of `TicketClocks[]` in views.ts. */
    clocks(now: number): string
    /** When a term is over that runs from a moment, by the official calendar; JSON of `Term` and `Due` in views.ts. */
    due(from: number, term_json: string): string
    status(): string
    /** Where this phone stands, for `GET /v1/live`, in hexadecimal; empty before the first round. */
    cursor(): string
    request(want_bytes: number, now: number, app: string, unsent_photos: number): Uint8Array
    /** What the device has to sign of a request; `undefined` if that pushes nothing. */
    message(body: Uint8Array, device: string): Uint8Array<ArrayBuffer> | undefined
    /** The request with its signature, 64 bytes. */
    signed(body: Uint8Array, signature: Uint8Array): Uint8Array
    /** What a file takes to the office: every push as its length (4 bytes, big-endian) and its bytes. */
    hand_over(): Uint8Array
    receive(frame: Uint8Array, now: number): Received
    free(): void
  }

  export default function init(options: { module_or_path: string | URL | ArrayBuffer }): Promise<unknown>
  export function initSync(options: { module: BufferSource }): unknown
}
