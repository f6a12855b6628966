// The clocks of all tickets, counted by the core on this phone, with or without a network.
import { computed, shallowRef, watch } from 'vue'
import type { ClocksPage } from '@shared/core/api'
import { core, snapshot } from '@shared/core/client'
import type { Clock, TicketClocks } from '@shared/core/views'
import { firstClock, isOfField, warns, worst } from '@shared/deadline'
import { tick } from './clock'

const page = shallowRef<ClocksPage>({ at: 0, tickets: [] })
let latest = 0

async function count(): Promise<void> {
  if (snapshot.value.phase !== 'ready') return
  const mine = ++latest
  const counted = await core.clocks().catch(() => null)
  if (!counted || mine !== latest) return
  const tickets = counted.tickets.map((one) => {
    const clocks = one.clocks.filter(isOfField)
    return { ...one, clocks, level: worst(clocks) }
  })
  page.value = { ...counted, tickets }
}
watch([tick, () => snapshot.value.phase, () => snapshot.value.rev.tickets, () => snapshot.value.rev.visits], count, { immediate: true })

const byTicket = computed(() => new Map(page.value.tickets.map((one) => [one.ticket, one])))

/** When they were counted, by the hub's clock. */
export const countedAt = computed(() => page.value.at)

export const clocksOf = (ticket: string): TicketClocks | undefined => byTicket.value.get(ticket)

/** What is due first on a ticket. */
export const nextOf = (ticket: string): Clock | null => firstClock(clocksOf(ticket)?.clocks ?? [])

/** How many tickets are about to be late, or are. */
export const warned = computed(() => page.value.tickets.filter(({ level }) => warns(level)).length)

/** The same for a page, by ticket. */
export const useClocks = () => byTicket
