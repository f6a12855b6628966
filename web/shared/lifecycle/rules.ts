// What follows from a state, for the screens of both apps; the hub decides again at every call.

import { Decision, ReviewState, TicketState } from './names'

const OVER: ReadonlySet<string> = new Set([TicketState.closed, TicketState.returned, TicketState.void])
const DONE_IN_FIELD: ReadonlySet<string> = new Set([TicketState.pending_review, TicketState.reviewed, TicketState.replied, ...OVER])
const DECIDED: ReadonlySet<string> = new Set([ReviewState.approved, ReviewState.rejected])

/** Nothing is asked of anybody any more, so no deadline runs. */
export const isOver = (ticket: TicketState): boolean => OVER.has(ticket)

/** The ticket asks nothing more of the field. */
export const isDoneInField = (ticket: TicketState): boolean => DONE_IN_FIELD.has(ticket)

/** The office has spoken the last word on the record. */
export const isDecided = (review: ReviewState): boolean => DECIDED.has(review)

/** The record has not been handed to the office yet. */
export const isBegun = (review: ReviewState): boolean => review === ReviewState.draft

/** The record was begun by mistake: lists and counts leave it out. */
export const isDiscarded = (review: ReviewState): boolean => review === ReviewState.discarded

/** The record waits for the office's decision. */
export const awaitsReview = (review: ReviewState): boolean => review === ReviewState.submitted

/** The office sent the record back: it is work again. */
export const isReturned = (review: ReviewState): boolean => review === ReviewState.returned

/** The form asks for what is missing: nothing is handed in or decided. */
export const isOpenForWriting = (review: ReviewState): boolean => !awaitsReview(review) && !isDecided(review) && !isDiscarded(review)

/** The record stands: nothing more is asked of its deadline. */
export const isApproved = (review: ReviewState): boolean => review === ReviewState.approved

/** The office did not take the record. */
export const isRejected = (review: ReviewState): boolean => review === ReviewState.rejected

/** The office may decide: the record waits, or something came in after the last decision. */
export const canBeReviewed = (review: ReviewState, late: boolean): boolean => awaitsReview(review) || late

/** Whether a decision has to say why; an approval need not. */
export const needsReason = (decision: Decision): decision is Exclude<Decision, typeof Decision.approve> => decision !== Decision.approve
