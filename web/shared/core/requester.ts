import type { RequesterContact } from './api'
import type { Hub } from './hub'
import { Problem } from './problem'

/** Who asked, in full, for a call. The hub keeps a note of each look; the phone keeps nothing. */
export async function askRequester(hub: Pick<Hub, 'authorised'>, ticket: string): Promise<RequesterContact> {
  const answer = await hub.authorised(`/v1/tickets/${ticket}/requester`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ purpose: 'call' }) })
  if (!answer.ok) throw await Problem.from(answer)
  return (await answer.json()) as RequesterContact
}
