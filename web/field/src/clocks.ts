import { computed } from 'vue'
import { core, snapshot } from '@shared/core/client'
import type { TicketClocks } from '@shared/core/views'
import { useAsked } from './asked'
import { now } from './clock'

const MINUTE = 60_000

/** The clocks of the tickets on this phone by ticket, counted anew each minute and with every change, also without a network. */
export function useClocks() {
  const minute = computed(() => Math.floor(now.value / MINUTE))
  const all = useAsked<TicketClocks[]>(() => core.clocks(), [minute, () => snapshot.value.rev.tickets, () => snapshot.value.rev.visits], [])
  return computed(() => new Map(all.value.map((one) => [one.ticket, one])))
}
