import { ref } from 'vue'
import type { Agreement, Signer } from '@shared/core/views'

/** Names one who has to sign. */
export const keyOf = ({ capacity, id }: Pick<Signer, 'capacity' | 'id'>): string => `${capacity}:${id ?? ''}`

/** With whom the signing begins; nothing while the sheet is closed. */
export const signingWith = ref<string | null>(null)

const RANK: Record<Signer['capacity'], number> = { party: 0, mediator: 1, committee: 2 }

/** Who still has to sign, in the order in which they are asked: the parties, the mediator who holds the phone, the seal. */
export function waiting(signers: Signer[], mine: (mediator: string) => boolean): Signer[] {
  const open = signers.filter((one) => one.needed && (one.state === 'missing' || one.state === 'cancelled'))
  const rank = (one: Signer) => RANK[one.capacity] + (one.capacity === 'mediator' && !mine(one.id ?? '') ? 0.5 : 0)
  const sorted = open.map((one, i) => ({ one, i })).sort((a, b) => rank(a.one) - rank(b.one) || a.i - b.i)
  // One mediator is enough: the others are asked by a tap on their names.
  const mediator = sorted.find(({ one }) => one.capacity === 'mediator')
  return sorted.filter((each) => each.one.capacity !== 'mediator' || each === mediator).map(({ one }) => one)
}

/** Who of these still has to sign or may sign again, for one who signs for these parties alone. */
export const ownWaiting = (signers: Signer[], parties: string[]): Signer[] => signers.filter((one) => one.capacity === 'party' && parties.includes(one.id ?? '') && one.needed && one.state !== 'signed')

/** How many have signed what stands there now. */
export const signedCount = ({ signers }: Pick<Agreement, 'signers'>): number => signers.filter((one) => one.state === 'signed').length

/** The beginning of a hash, as people compare it. */
export const short = (content: string | null): string => (content ?? '').slice(0, 8)
