import { initials } from '../pinyin'
import type { RecordRow } from './api'
import type { TicketRow } from './views'

/** What of a ticket or record was found. */
export type Part = 'number' | 'title' | 'address' | 'community' | 'requester' | 'phone' | 'door' | 'place'

/** Why something is among the hits: which part of it, and whether by the first letters of its words. */
export interface Hit {
  part: Part
  letters: boolean
}

/** Text as it is searched: no case, no full-width forms, no spaces. */
export const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, '')

/** 三号楼 is 3号楼, 十二单元 is 12单元. */
const DIGITS = '零一二三四五六七八九'
const numbered = (text: string): string =>
  text.replace(/([一二三四五六七八九])?十([一二三四五六七八九])?|[一二三四五六七八九]/g, (all, tens?: string, ones?: string) =>
    String(all.includes('十') ? (tens ? DIGITS.indexOf(tens) : 1) * 10 + (ones ? DIGITS.indexOf(ones) : 0) : DIGITS.indexOf(all)),
  )

/** A door by building, unit and room, as far as a text names them. */
type Door = [building: string, unit: string, room: string]

const BUILDING = /(\d+)(?:号楼|栋|幢|座|#楼?)/
const UNIT = /(\d+)(?:单元|门洞?)/
const ROOM = /(?:单元|门洞?|楼|栋|幢|座)(\d{2,4})(?:室|户|号)?(?!\d*(?:号楼|单元|号院))/

/** The door that an address or a place names, from text made `plain`. */
export function doorOf(text: string): Door | null {
  const read = numbered(text)
  const door: Door = [BUILDING.exec(read)?.[1] ?? '', UNIT.exec(read)?.[1] ?? '', ROOM.exec(read)?.[1] ?? '']
  return door.some(Boolean) ? door : null
}

/** The door that a person asks for: 3-2-501, 3-501, 3号楼2单元501. */
function doorAsked(sought: string): Door | null {
  const short = /^(\d{1,3})-(?:(\d{1,2})-)?(\d{1,4})$/.exec(sought)
  if (short) return [short[1] ?? '', short[2] ?? (short[3]?.length === 1 ? short[3] : ''), short[2] === undefined && short[3]?.length === 1 ? '' : (short[3] ?? '')]
  const door = doorOf(sought)
  return door && door.filter(Boolean).length > 1 ? door : null
}

const isAt = (door: Door, asked: Door): boolean => asked.every((wanted, i) => !wanted || wanted === door[i])

/** What a number was masked to: 138****0032. */
const MASKED = /^(\d*)\*+(\d{2,})$/

function isNumber(masked: string, sought: string): boolean {
  const parts = MASKED.exec(masked)
  if (!parts || !/^\d{3,}$/.test(sought)) return false
  const [, head = '', tail = ''] = parts
  return tail.endsWith(sought) || (sought.length === masked.length && sought.startsWith(head) && sought.endsWith(tail))
}

/** The searched text of one row: its parts on a line each, once in words and once in first letters. */
interface Indexed {
  /** What it was made from: when that stays the same nothing is made again. */
  source: string
  parts: readonly Part[]
  words: string
  letters: string[]
  phone: string
  door: Door | null
}

const OF_TICKET: readonly Part[] = ['number', 'title', 'address', 'community', 'requester']
const OF_RECORD: readonly Part[] = ['place', 'number', 'title']

const LETTERS = /^[a-z0-9]*[a-z][a-z0-9]*$/
/** Rows that are made ready before others get their turn. */
const BITE = 500

/** Finds tickets and records by what people remember of them. Knows nothing that this person's lists do not show. */
export class Finder {
  private readonly rows = new Map<string, Indexed>()

  /** What is not there any more is forgotten. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.rows.keys()) if (!ids.has(id)) this.rows.delete(id)
  }

  clear(): void {
    this.rows.clear()
  }

  /** Makes rows ready in bites, so that whoever else wants something is not kept waiting. */
  async prepare(tickets: TicketRow[], records: RecordRow[], pause: () => Promise<void>): Promise<void> {
    let n = 0
    for (const ticket of tickets) {
      this.ofTicket(ticket)
      if (++n % BITE === 0) await pause()
    }
    for (const record of records) {
      this.ofRecord(record)
      if (++n % BITE === 0) await pause()
    }
    this.keep(new Set([...tickets.map(({ id }) => id), ...records.map(({ doc }) => doc)]))
  }

  /** Why this ticket is a hit; `null` if it is none. */
  ticket(ticket: TicketRow, query: Query): Hit | null {
    return found(this.ofTicket(ticket), query)
  }

  record(record: RecordRow, query: Query): Hit | null {
    return found(this.ofRecord(record), query)
  }

  private ofTicket(ticket: TicketRow): Indexed {
    const { id, upstream_no, title, address, community, requester_masked, phone_masked } = ticket
    return this.indexed(id, OF_TICKET, [upstream_no, title, address, community, requester_masked], phone_masked)
  }

  private ofRecord({ doc, ticket_no, ticket_title, place }: RecordRow): Indexed {
    return this.indexed(doc, OF_RECORD, [place, ticket_no, ticket_title])
  }

  private indexed(id: string, parts: readonly Part[], texts: string[], phone = ''): Indexed {
    const source = `${texts.join('\n')}\n${phone}`
    const known = this.rows.get(id)
    if (known?.source === source) return known
    const lines = texts.map(plain)
    const words = lines.join('\n')
    const made = { source, parts, words, letters: initials(words), phone: plain(phone), door: doorOf(lines[Math.max(parts.indexOf('address'), parts.indexOf('place'))] ?? '') }
    this.rows.set(id, made)
    return made
  }
}

/** What a person typed, read once for all rows. */
export interface Query {
  text: string
  byLetters: boolean
  door: Door | null
}

export function queryOf(typed: string): Query {
  const text = plain(typed)
  return { text, byLetters: LETTERS.test(text), door: doorAsked(text) }
}

/** The part whose line this place lies in. */
function partAt(parts: readonly Part[], lines: string, at: number): Part | undefined {
  let line = 0
  for (let i = lines.indexOf('\n'); i >= 0 && i < at; i = lines.indexOf('\n', i + 1)) line += 1
  return parts[line]
}

function found({ parts, words, letters, phone, door }: Indexed, { text, byLetters, door: asked }: Query): Hit | null {
  const hit = (lines: string, byThem: boolean): Hit | null => {
    const at = lines.indexOf(text)
    const part = at < 0 ? undefined : partAt(parts, lines, at)
    return part ? { part, letters: byThem } : null
  }
  const inWords = hit(words, false)
  if (inWords) return inWords
  if (isNumber(phone, text)) return { part: 'phone', letters: false }
  if (asked && door && isAt(door, asked)) return { part: 'door', letters: false }
  if (byLetters) for (const lines of letters) {
    const inLetters = hit(lines, true)
    if (inLetters) return inLetters
  }
  return null
}
