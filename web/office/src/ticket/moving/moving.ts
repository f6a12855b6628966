import type { LeftTicket, MoveAnswer, MovedTicket, UndoAnswer } from '@shared/api-types'

/** Tickets of one call that takes back. */
const PIECE = 50

export interface Moving {
  moved: MovedTicket[]
  skipped: LeftTicket[]
  /** Where the next round begins; null when none is left. */
  next: string | null
  /** Why it ended before that. */
  problem: unknown
}

/** Asks for round after round until none is left, somebody stops it, or something breaks. What was moved before stays moved. */
export const inRounds = async (from: Moving, round: (cursor: string | null) => Promise<MoveAnswer>, step: (so_far: Moving) => boolean): Promise<Moving> => {
  let state: Moving = { ...from, problem: null }
  for (let first = true; first || state.next !== null; first = false) {
    try {
      const answer = await round(state.next)
      state = { moved: [...state.moved, ...answer.moved], skipped: [...state.skipped, ...answer.skipped], next: answer.next, problem: null }
    } catch (problem) {
      return { ...state, problem }
    }
    if (!step(state)) return state
  }
  return state
}

export interface Undone {
  undone: number
  skipped: LeftTicket[]
  /** What has not been taken back, because something broke. */
  rest: MovedTicket[]
  problem: unknown
}

/** Takes back piece by piece. */
export const takeBack = async (moved: MovedTicket[], send: (tickets: MovedTicket[]) => Promise<UndoAnswer>, step: (done: number) => void): Promise<Undone> => {
  const result: Undone = { undone: 0, skipped: [], rest: [], problem: null }
  for (let start = 0; start < moved.length; start += PIECE) {
    try {
      const answer = await send(moved.slice(start, start + PIECE))
      result.undone += answer.undone.length
      result.skipped.push(...answer.skipped)
    } catch (problem) {
      return { ...result, rest: moved.slice(start), problem }
    }
    step(Math.min(moved.length, start + PIECE))
  }
  return result
}
