import { Decision } from '../lifecycle/names'
import { isBegun } from '../lifecycle/rules'
import { dateText } from '../time'
import type { RecordRow } from './api'
import type { Hub } from './hub'
import type { Store } from './store'

/** What the hub reckons of one's tickets of this month, by the rules of the office's figures. */
export interface OfficeFigures {
  /** The first day of the month, as `2026-11-01`. */
  from: string
  at: number
  tickets: number
  figures: { measure: string; reached: number; counted: number }[]
}

/** One's own work of this month. */
export interface OwnFigures {
  /** `2026-11` */
  month: string
  /** What the office has: visits that were handed in, records sent back, photos. */
  visits: number
  returned: number
  photos: number
  /** What is on this phone alone, and not in the numbers above. */
  waiting: { visits: number; photos: number }
  /** The office's own figures as they were heard last; `null` if never in this month. */
  office: OfficeFigures | null
}

const monthOf = (at: number) => dateText(at).slice(0, 7)

/** A figure of an hour ago is not asked for again. */
const GOOD = 3_600_000

/** Counts the records of this month: those at the office, and apart what waits on this phone. */
export function ownFigures(records: RecordRow[], office: OfficeFigures | null, now: number): OwnFigures {
  const month = monthOf(now)
  const own = records.filter((record) => record.own && record.kind === 'visit')
  const handedIn = own.filter((record) => !isBegun(record.stage) && monthOf(record.arrived_at ?? record.changed_at) === month)
  const there = handedIn.filter((record) => record.queued === 0)
  const isReturned = (record: RecordRow) => record.reviews.some(({ decision, at }) => decision === Decision.return && monthOf(at) === month)
  const unsent = (record: RecordRow) => record.photos_total - record.photos_sent
  return {
    month,
    visits: there.length,
    returned: own.filter(isReturned).length,
    photos: there.reduce((sum, record) => sum + record.photos.length - unsent(record), 0),
    waiting: { visits: handedIn.length - there.length, photos: handedIn.reduce((sum, record) => sum + unsent(record), 0) },
    office: office?.from.slice(0, 7) === month ? office : null,
  }
}

/** 我的数字: kept for a phone without a network, with the time of which they are. */
export class Mine {
  constructor(
    private readonly store: Pick<Store, 'single' | 'write'>,
    private readonly hub: Pick<Hub, 'authorised'>,
    private readonly records: () => Promise<RecordRow[]>,
    private readonly now: () => number,
  ) {}

  /** Asks the hub, if what is kept is old; without one what is kept stands. */
  async page(): Promise<OwnFigures> {
    const kept = (await this.store.single('figures')) ?? null
    const fresh = kept && this.now() - kept.at < GOOD && monthOf(kept.at) === monthOf(this.now()) ? kept : await this.asked()
    return ownFigures(await this.records(), fresh ?? kept, this.now())
  }

  private async asked(): Promise<OfficeFigures | null> {
    try {
      const answer = await this.hub.authorised('/v1/me/figures')
      if (!answer.ok) return null
      const { from, at, tickets, figures } = (await answer.json()) as OfficeFigures
      const told = { from, at, tickets, figures: figures.map(({ measure, reached, counted }) => ({ measure, reached, counted })) }
      await this.store.write({ singles: { figures: told } })
      return told
    } catch {
      return null
    }
  }
}
