import type { RequesterContact } from './api'
import type { Hub } from './hub'
import { Problem } from './problem'

async function ask<T>(hub: Pick<Hub, 'authorised'>, path: string, question: object): Promise<T> {
  const answer = await hub.authorised(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(question) })
  if (!answer.ok) throw await Problem.from(answer)
  return (await answer.json()) as T
}

/** Who asked, in full, for a call. The hub keeps a note of each look; the phone keeps nothing. */
export const askRequester = (hub: Pick<Hub, 'authorised'>, ticket: string): Promise<RequesterContact> => ask(hub, `/v1/tickets/${ticket}/requester`, { purpose: 'call' })

/** By which number somebody on call is reached; the same holds. */
export const askOnCallNumber = (hub: Pick<Hub, 'authorised'>, unit: string, person: string): Promise<{ name: string; number: string }> => ask(hub, `/v1/units/${unit}/on-call/number`, { person })
