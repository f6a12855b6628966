import { ReviewState } from '../lifecycle/names'
import { isDecided, isDiscarded, isReturned } from '../lifecycle/rules'
import type { Entry, Review } from './views'

/** Where a visit stands, the person's own marks included: they count before the office has answered. */
export function stageOf(visit: { state: ReviewState; reviews: Review[]; shared?: boolean }, events: Entry[]): ReviewState {
  if (isDecided(visit.state)) return visit.state
  const mark = lastMark(events)
  if (!mark) return visit.state
  if (mark.kind === 'discard') return isMistake(visit, events) ? ReviewState.discarded : isDiscarded(visit.state) ? ReviewState.draft : visit.state
  // Made without knowledge of the return: it counts as made before it, whatever the clocks say.
  if (isReturned(visit.state) && mark.answers < visit.reviews.length) return ReviewState.returned
  if (mark.kind === 'submit') return ReviewState.submitted
  return isReturned(visit.state) ? ReviewState.returned : ReviewState.draft
}

/** A draft that nobody else wrote in and that was never handed in: whoever began it may discard it. */
export const isMistake = ({ reviews, shared }: { reviews: Review[]; shared?: boolean }, events: Entry[]): boolean => !shared && !reviews.length && !events.some(({ kind }) => kind === 'submit')

/** The last of the marks that open or close the writing, with the number of decisions its writer knew of. */
function lastMark(events: Entry[]): { kind: string; at: number; answers: number } | null {
  const marks = events
    .filter((event) => event.kind === 'submit' || event.kind === 'withdraw' || event.kind === 'discard')
    .map((event) => ({ kind: String(event.kind), at: Number(event.at ?? 0), answers: Number(event.answers ?? 0) }))
    .sort((a, b) => a.answers - b.answers || a.at - b.at)
  return marks.at(-1) ?? null
}
