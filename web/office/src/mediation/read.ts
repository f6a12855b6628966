import type { Agreement, Collection, Entry, Judicial, MediationStory, MediationTask, PartySide, VisitStory } from '@shared/api-types'
import { MediationState, ReviewState } from '@shared/lifecycle/names'
import { DAY } from '../format'
import { t } from '../kinds/mediation/messages'
import { living, numberOf, raw, textOf } from '../record/read'

export const SIDES: readonly PartySide[] = ['applicant', 'respondent', 'third']

/** For what reads records: nobody decides on a mediation, so it is one without decisions. */
export const recordOf = (story: MediationStory): VisitStory => ({ ...story, state: ReviewState.draft, late: false, submitted_at: null, reviews: [], late_changes: [], photos_used: [] })

const of = (story: MediationStory, collection: Collection): Entry[] => living(story.collections[collection])

/** Parties by side; sides that nobody is on are left out. */
export const sidesOf = (story: MediationStory): { side: PartySide; parties: Entry[] }[] => {
  const parties = of(story, 'parties')
  const sideOf = (party: Entry) => SIDES.find((side) => side === raw(party, 'side')) ?? 'third'
  return SIDES.map((side) => ({ side, parties: parties.filter((party) => sideOf(party) === side) })).filter(({ parties }) => parties.length)
}

/** A claim with the points argued about it and the clauses that answer it. `claim` is null for what answers none. */
export interface Matter {
  claim: Entry | null
  points: Entry[]
  clauses: Entry[]
}

export const mattersOf = (story: MediationStory): Matter[] => {
  const [claims, points, clauses] = [of(story, 'claims'), of(story, 'points'), of(story, 'clauses')]
  const ids = new Set(claims.map(({ id }) => id))
  const about = (entries: Entry[], id: string) => entries.filter((entry) => raw(entry, 'claim') === id)
  const loose = (entries: Entry[]) => entries.filter((entry) => !ids.has(textOf(entry, 'claim')))
  const matters: Matter[] = claims.map((claim) => ({ claim, points: about(points, claim.id), clauses: about(clauses, claim.id) }))
  const rest: Matter = { claim: null, points: loose(points), clauses: loose(clauses) }
  return rest.points.length || rest.clauses.length ? [...matters, rest] : matters
}

/** A session with what each side said, in columns. `session` is null for what was said at none that is still there. */
export interface Hearing {
  session: Entry | null
  columns: { side: PartySide; statements: Entry[] }[]
}

export const hearingsOf = (story: MediationStory): Hearing[] => {
  const sides = sidesOf(story)
  const [sessions, statements] = [of(story, 'sessions'), of(story, 'statements')]
  const sideOf = (statement: Entry): PartySide => sides.find(({ parties }) => parties.some(({ id }) => id === raw(statement, 'party')))?.side ?? 'third'
  const columns = (said: Entry[]) => SIDES.map((side) => ({ side, statements: said.filter((one) => sideOf(one) === side) })).filter(({ statements }) => statements.length)
  const ids = new Set(sessions.map(({ id }) => id))
  const loose = statements.filter((one) => !ids.has(textOf(one, 'session')))
  const held: Hearing[] = sessions.map((session) => ({ session, columns: columns(statements.filter((one) => raw(one, 'session') === session.id)) }))
  return loose.length ? [...held, { session: null, columns: columns(loose) }] : held
}

/** What has to be looked at on a day, and what was found. */
export interface Look {
  /** Null for a check of no task. */
  task: MediationTask | null
  clause: Entry | null
  check: Entry | null
  /** When it falls due, or was looked at. */
  at: number
}

/** Tasks and checks by date; checks that answer no task stand among them. */
export const looksOf = (story: MediationStory): Look[] => {
  const [clauses, checks] = [story.collections.clauses ?? [], of(story, 'checks')]
  const clauseOf = (id: string) => clauses.find((clause) => clause.id === id) ?? null
  const { tasks } = story.agreement
  const due = tasks.map((task): Look => ({ task, clause: clauseOf(task.clause), check: checks.find(({ id }) => id === task.check) ?? null, at: task.at }))
  const done = new Set(tasks.map(({ check }) => check))
  const others = checks.filter(({ id }) => !done.has(id)).map((check): Look => ({ task: null, clause: clauseOf(textOf(check, 'clause')), check, at: numberOf(check, 'at') ?? 0 }))
  return [...due, ...others].sort((a, b) => a.at - b.at)
}

/** A representative's report with what came of it. */
export interface Reported {
  report: Entry
  /** Nobody has looked at the clause since. */
  open: boolean
  clause: Entry | null
  /** On the paper; 0 when it is on it no more. */
  number: number
  photo: string | null
  check: Entry | null
}

/** Open reports first, then the newest. */
export const reportedOf = (story: MediationStory): Reported[] => {
  const [clauses, checks] = [of(story, 'clauses'), of(story, 'checks')]
  const open = new Set(story.agreement.reports.filter((one) => one.open).map((one) => one.report))
  const at = (entry: Entry) => numberOf(entry, 'at') ?? 0
  const told = of(story, 'reports').map((report): Reported => {
    const id = textOf(report, 'clause')
    const own = checks.filter((check) => textOf(check, 'clause') === id).sort((a, b) => at(a) - at(b))
    return {
      report,
      open: open.has(report.id),
      clause: (story.collections.clauses ?? []).find((clause) => clause.id === id) ?? null,
      number: clauses.findIndex((clause) => clause.id === id) + 1,
      photo: textOf(report, 'photo') || null,
      check: open.has(report.id) ? null : (own.at(-1) ?? null),
    }
  })
  return told.sort((a, b) => Number(b.open) - Number(a.open) || at(b.report) - at(a.report))
}

/** Parties whose representative follows the mediation on their own phone, with the account of theirs. */
export const representedOf = (story: MediationStory): { party: Entry; person: string }[] => of(story, 'parties').flatMap((party) => (textOf(party, 'person') ? [{ party, person: textOf(party, 'person') }] : []))

/** What became of a clause that holds. */
export const keptOf = ({ kept }: Agreement, clause: string): 'breached' | 'performed' | 'pending' | null => kept.find(([id]) => id === clause)?.[1] ?? null

const clockOf = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const [EVERY_DAY, WORKING_WEEK, WEEKEND] = [0b1111111, 0b0011111, 0b1100000]

/** The days of a week by their bits, Monday the lowest: `周一至周五`, `周二、周四`. */
export const weekdays = (bits: number): string => {
  if (bits === EVERY_DAY) return t('mediation.days.all')
  if (bits === WORKING_WEEK) return t('mediation.days.work')
  if (bits === WEEKEND) return t('mediation.days.end')
  return WEEKDAYS.filter((_, index) => bits & (1 << index))
    .map((day) => t(`mediation.day.${day}`))
    .join(t('list.comma'))
}

/** `1,250.50` from hundredths of a yuan; whole yuan without a fraction. */
export const yuan = (fen: number): string => {
  const [whole, rest] = [Math.floor(fen / 100), fen % 100]
  return `${String(whole).replace(/\B(?=(\d{3})+$)/g, ',')}${rest ? `.${String(rest).padStart(2, '0')}` : ''}`
}

/** The measurable terms of a clause: on which days, between which hours, how much money. */
export const termsOf = (clause: Entry): string[] => {
  const [from, to, days, fen] = ['from_minute', 'to_minute', 'weekdays', 'amount_fen'].map((name) => numberOf(clause, name))
  const terms: string[] = []
  if (days) terms.push(weekdays(days))
  if (typeof from === 'number' && typeof to === 'number') terms.push(t('mediation.hours', { from: clockOf(from), to: clockOf(to) }))
  if (fen) terms.push(t('mediation.amount', { yuan: yuan(fen) }))
  return terms
}

/** How the time to ask a court stands. */
export type Term = 'applied' | 'open' | 'soon' | 'over'

/** A week before the last day it is time to say so. */
const SOON = 7 * DAY

export const termOf = (judicial: Judicial, applied: number | null, now: number): Term => {
  if (applied !== null) return 'applied'
  if (now >= judicial.at) return 'over'
  return judicial.at - now <= SOON ? 'soon' : 'open'
}

/** Whether a matter of high risk is still open: neither in effect nor given up. */
export const isAlarming = (risk: string, standing: MediationState): boolean => risk === 'high' && (standing === MediationState.draft || standing === MediationState.partly_signed)

/** What a paper is known by, short enough to read out. */
export const shortHash = (hash: string): string => hash.slice(0, 8)
