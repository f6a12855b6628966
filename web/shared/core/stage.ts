import { ReviewState } from '../lifecycle/names'
import { isDecided, isReturned } from '../lifecycle/rules'
import type { Entry, Review } from './views'

/** Where a visit stands, the person's own marks included: they count before the office has answered. */
export function stageOf(visit: { state: ReviewState; reviews: Review[] }, events: Entry[]): ReviewState {
  if (isDecided(visit.state)) return visit.state
  const mark = lastMark(events)
  if (!mark) return visit.state
  const returned = isReturned(visit.state) ? (visit.reviews.at(-1)?.at ?? 0) : 0
  if (mark.kind === 'submit') return mark.at > returned ? ReviewState.submitted : ReviewState.returned
  return isReturned(visit.state) ? ReviewState.returned : ReviewState.draft
}

/** The last of the marks that open or close the writing. */
function lastMark(events: Entry[]): { kind: string; at: number } | null {
  const marks = events
    .filter((event) => event.kind === 'submit' || event.kind === 'withdraw')
    .map((event) => ({ kind: String(event.kind), at: Number(event.at ?? 0) }))
    .sort((a, b) => a.at - b.at)
  return marks.at(-1) ?? null
}
