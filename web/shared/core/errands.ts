// What a person tells of a ticket itself: a first contact, a co-task that is done. The office decides on it at once, so it is
// no part of a record. What cannot be told now is kept with its words, and nothing says that it was told before the hub did.

import { ulid } from '../ulid'
import type { Hub } from './hub'
import { Problem, SessionEnded, told } from './problem'
import type { Store } from './store'
import type { TicketRow } from './views'

/** What is told, as docs/LIFECYCLE.md lists it. */
export type TicketAct =
  | { action: 'contact'; means: string; words: string; at?: number; corrected?: boolean }
  | { action: 'help_done'; task: number; words: string }
  | { action: 'take' }

/** Something that is to be told. */
export interface StoredErrand {
  id: string
  ticket: string
  act: TicketAct
  /** The ticket's version on the screen of its person. */
  seen: number
  /** When, by the clock of the work. */
  at: number
  /** Why the office did not take it: a person has to look. `null` while it only waits for the line. */
  why: { code: string; detail: string } | null
}

export type Errand = StoredErrand

interface ErrandsParts {
  store: Pick<Store, 'single' | 'write'>
  hub: Pick<Hub, 'authorised'>
  /** The ticket as this phone knows it. */
  ticket: (id: string) => Promise<TicketRow | undefined>
  /** A round with the hub; answers whether it was reached. */
  sync: () => Promise<boolean>
  changed: () => void
  now: () => number
}

/** A fact that happened whatever came since: it is told on the version that stands now. */
const standsWhatever = (act: TicketAct): boolean => act.action === 'contact'

/** Whether the hub has it already: the answer to an earlier try was lost. */
export function arrived({ act }: StoredErrand, ticket: TicketRow | undefined): boolean {
  const work = ticket?.work
  if (act.action === 'contact') return act.at !== undefined && (work?.contacts ?? []).includes(act.at)
  if (act.action === 'help_done') return (work?.help ?? []).some(({ n, state, answer }) => n === act.task && state === 'done' && answer === act.words.trim())
  return false
}

/** Failures after which the same may be told again as it is. */
const passes = (error: unknown): boolean => !(error instanceof Problem) || error.status >= 500 || error.status === 429 || error.status === 401

/** It came when the ticket was somebody else's by then, and not while its person had it: the office reads its words first. */
export const AT_DESK = 'at_desk'
const ACCEPTED = 202

const isAtDesk = async (answer: Response): Promise<boolean> => ((await answer.json().catch(() => null)) as { kept?: string } | null)?.kept === 'desk'

export class Errands {
  private rows: StoredErrand[] = []
  private last: Promise<unknown> = Promise.resolve()

  constructor(private readonly parts: ErrandsParts) {}

  async load(): Promise<void> {
    this.rows = (await this.parts.store.single('errands')) ?? []
    this.parts.changed()
  }

  /** Somebody else uses the phone, or nobody. */
  clear(): void {
    this.rows = []
  }

  all(): StoredErrand[] {
    return this.rows
  }

  of(ticket: string): StoredErrand[] {
    return this.rows.filter((row) => row.ticket === ticket)
  }

  /** Keeps it, and tries to tell it. */
  async tell(ticket: string, act: TicketAct): Promise<boolean> {
    const known = await this.parts.ticket(ticket)
    const row: StoredErrand = { id: ulid(this.parts.now()), ticket, act, seen: known?.work?.version ?? 0, at: this.parts.now(), why: null }
    await this.keep([...this.rows, row])
    return this.tried(row.id)
  }

  /** Its person has seen what changed: it is told on what stands now. */
  async again(id: string): Promise<boolean> {
    await this.parts.sync()
    const row = this.rows.find((one) => one.id === id)
    if (!row) return true
    const known = await this.parts.ticket(row.ticket)
    await this.keep(this.rows.map((one) => (one.id === id ? { ...one, seen: known?.work?.version ?? one.seen, why: null } : one)))
    return this.tried(id)
  }

  async drop(id: string): Promise<void> {
    await this.keep(this.rows.filter((row) => row.id !== id))
  }

  /** After a round that went well: what waited for the line is told. */
  async run(): Promise<void> {
    const before = this.rows.length
    for (const { id, why } of [...this.rows]) if (why === null) await this.inTurn(() => this.send(id, true))
    if (this.rows.length < before) await this.parts.sync()
  }

  private async tried(id: string): Promise<boolean> {
    const isThere = await this.inTurn(() => this.send(id, false))
    // The screen shows what follows from it as soon as the hub says so.
    if (isThere) void this.parts.sync().catch(() => undefined)
    return isThere
  }

  /** `inStep`: the phone has just heard everything that the hub knew. Answers whether the office has it. */
  private async send(id: string, inStep: boolean): Promise<boolean> {
    const row = this.rows.find((one) => one.id === id)
    if (!row) return true
    const ticket = await this.parts.ticket(row.ticket)
    if (inStep && arrived(row, ticket)) {
      await this.drop(id)
      return true
    }
    const seen = standsWhatever(row.act) ? (ticket?.work?.version ?? row.seen) : row.seen
    try {
      const answer = await this.parts.hub.authorised(`/v1/tickets/${row.ticket}/actions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ seen, act: row.act }),
      })
      if (!answer.ok) throw await Problem.from(answer)
      if (answer.status === ACCEPTED && (await isAtDesk(answer))) {
        await this.note(row, { code: AT_DESK, detail: '' })
        return true
      }
    } catch (error) {
      await this.failed(row, error, inStep)
      return false
    }
    await this.drop(id)
    return true
  }

  private async failed(row: StoredErrand, error: unknown, inStep: boolean): Promise<void> {
    if (error instanceof SessionEnded || passes(error)) return
    const why = told(error)
    // The next round brings what changed; then it is told on that, or found to have arrived.
    if (why.code === 'changed_meanwhile' && !inStep && standsWhatever(row.act)) return
    await this.note(row, why)
  }

  private note(row: StoredErrand, why: StoredErrand['why']): Promise<void> {
    return this.keep(this.rows.map((one) => (one.id === row.id ? { ...one, why } : one)))
  }

  private async keep(rows: StoredErrand[]): Promise<void> {
    await this.parts.store.write({ singles: { errands: rows.length ? rows : undefined } })
    this.rows = rows
    this.parts.changed()
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.last.then(act)
    this.last = turn.catch(() => undefined)
    return turn
  }
}
