import type { RepresentativeAsked, RepresentativeCode } from './api'
import type { Hub } from './hub'
import { Problem, Unreachable } from './problem'

interface RepresentativesParts {
  hub: Pick<Hub, 'authorised'>
  /** A round with the hub; answers whether it was reached. */
  sync: () => Promise<boolean>
  /** Writes who represents a party into the record. */
  name: (doc: string, party: string, person: string) => Promise<void>
}

/**
 * Asks the hub for a code with which the representative of a party enrols their own phone, and names them in the record.
 * The hub has to have the record first, so that it knows of what the person is a representative.
 */
export async function inviteRepresentative({ hub, sync, name }: RepresentativesParts, doc: string, { party, ...asked }: RepresentativeAsked): Promise<RepresentativeCode> {
  if (!(await sync())) throw new Unreachable('no round')
  const answer = await hub.authorised(`/v1/mediations/${doc}/representatives`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(asked) })
  if (!answer.ok) throw await Problem.from(answer)
  const code = (await answer.json()) as RepresentativeCode
  if (asked.person !== code.person) await name(doc, party, code.person)
  return code
}
