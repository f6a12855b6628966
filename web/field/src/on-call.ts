// Who of this person's teams is on call, as far as the phone knows: with or without a network.
import { computed, shallowRef, watch } from 'vue'
import { core, snapshot } from '@shared/core/client'
import type { OnCallDay, Reference, TicketRow } from '@shared/core/views'
import { dateText } from '@shared/time'
import { now } from './clock'

const reference = shallowRef<Pick<Reference, 'units' | 'on_call'>>({ units: [] })
watch(
  [() => snapshot.value.phase, () => snapshot.value.rev.reference],
  async () => {
    if (snapshot.value.phase === 'ready') reference.value = await core.reference().catch(() => reference.value)
  },
  { immediate: true },
)

export interface TeamToday {
  unit: string
  name: string
  /** Nobody, one or several. */
  people: OnCallDay['people']
}

/** The day as the office has it. */
const today = computed(() => dateText(now.value))

/** Own teams that a ticket was given to, or that shall help with it. */
export const teamsOf = (ticket: TicketRow): TeamToday[] => {
  const helps = new Set((ticket.work?.help ?? []).filter(({ state }) => state === 'open').map(({ unit }) => unit))
  const teams = reference.value.units.filter(({ id, kind, name }) => kind === 'team' && (id === ticket.assigned?.id || helps.has(name)))
  return teams.map(({ id, name }) => ({ unit: id, name, people: reference.value.on_call?.find((one) => one.unit === id && one.day === today.value)?.people ?? [] }))
}
