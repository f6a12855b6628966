// A mediation as the representative of a party reads it: what it is about, and what waits for them.
import type { VisitPage } from '@shared/core/api'
import type { RecordView, Signer, Task } from '@shared/core/views'
import { MediationState } from '@shared/lifecycle/names'
import { named } from '../../../i18n'
import { t } from '../messages'
import { noun } from '../nouns'
import { partyName, standing } from '../shape'
import { ownWaiting } from '../signing'

/** A day that is nearer than this is told before it comes, ms. */
export const SOON = 3 * 86_400_000

export interface Mine {
  doc: string
  title: string
  /** Names of all parties, by the order of the paper. */
  parties: string[]
  standing: MediationState
  /** For whom they can sign now. */
  toSign: Signer[]
  /** Somebody still fills the paper in. */
  isBeingWritten: boolean
  /** What falls due within days, or is due. */
  due: Task | null
  /** Reports that nobody has looked at yet. */
  reported: number
  /** Own words that the office does not have yet. */
  unsent: number
  locked: boolean
}

/** The parties for whom a person stands. */
export const ownParties = (view: RecordView, person: string): string[] => standing(view.parties).filter((one) => person !== '' && one.person === person).map(({ id }) => id)

/** 噪声扰民 · 和平路 1 号院: a representative sees no ticket, so it has no title of one. */
export function titleOf({ fields }: RecordView): string {
  const words = [fields.dispute ? named(`mediation.choices.dispute.${fields.dispute}`) : '', String(fields.place ?? '')].filter(Boolean)
  return words.join(' · ') || noun('mediation')
}

export function mineOf({ view, agreement }: VisitPage, person: string, now: number): Mine {
  const state = agreement?.standing ?? MediationState.draft
  const isOpen = agreement !== null && !view.locked && state !== MediationState.withdrawn
  const ready = isOpen && agreement.content !== null && agreement.gaps.length === 0 && agreement.unsettled.length === 0
  const next = agreement?.tasks.find((task) => task.check === null)
  return {
    doc: view.doc,
    title: titleOf(view),
    parties: standing(view.parties).map(({ id }) => partyName(view, id)).filter(Boolean),
    standing: state,
    toSign: ready ? ownWaiting(agreement.signers, ownParties(view, person)) : [],
    isBeingWritten: isOpen && !ready,
    due: isOpen && next && next.at <= now + SOON ? next : null,
    reported: agreement?.reports?.filter((one) => one.open).length ?? 0,
    unsent: view.pending,
    locked: view.locked,
  }
}

/** Who waits for a signature first, then what is due, then the rest. */
export const byWaiting = (all: Mine[]): Mine[] => {
  const rank = ({ toSign, due, reported }: Mine) => (toSign.length ? 0 : due ? 1 : reported ? 2 : 3)
  return all.map((one, i) => ({ one, i })).sort((a, b) => rank(a.one) - rank(b.one) || a.i - b.i).map(({ one }) => one)
}

/** Where it stands, in a sentence to somebody who has never seen a mediation. */
export const standingSentence = (state: MediationState): string => t(`mediation.form.own.standing.${state}`)
