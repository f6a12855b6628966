import type { BatchAnswer, Id, Skipped, TicketRow } from '@shared/api-types'

/** Tickets of one call: few, so that the bar moves and little is lost when the line breaks. */
const PIECE = 20

export interface Batch {
  assigned: Id[]
  skipped: Skipped[]
  /** Why it ended before all were asked for; those stay chosen. */
  problem: unknown
}

/** Gives tickets piece by piece. What was given before something broke stays given and is told. */
export const inPieces = async (rows: Pick<TicketRow, 'id' | 'assigned'>[], send: (tickets: { id: Id; assigned_before: Id | null }[]) => Promise<BatchAnswer>, progress: (done: number) => void): Promise<Batch> => {
  const batch: Batch = { assigned: [], skipped: [], problem: null }
  for (let start = 0; start < rows.length; start += PIECE) {
    const piece = rows.slice(start, start + PIECE)
    try {
      const answer = await send(piece.map((row) => ({ id: row.id, assigned_before: row.assigned?.id ?? null })))
      batch.assigned.push(...answer.assigned)
      batch.skipped.push(...answer.skipped)
    } catch (error) {
      batch.problem = error
      break
    }
    progress(start + piece.length)
  }
  return batch
}
