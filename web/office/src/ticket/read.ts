import type { Difference, Ticket, TicketEvent } from '@shared/api-types'
import { known, t, word, type Key } from '../i18n'
import { said } from '../imports/read'

const detailOf = (event: TicketEvent): Record<string, unknown> => (event.detail && typeof event.detail === 'object' ? (event.detail as Record<string, unknown>) : {})
const text = (value: unknown): string => (typeof value === 'string' ? value : value && typeof value === 'object' && 'name' in value ? String((value as { name: unknown }).name) : '')

const idOf = (value: unknown): string => (value && typeof value === 'object' && 'id' in value ? String(value.id) : '')

/** Names of everybody and every unit the ticket has been with: the present one, and each one it was taken from. */
export const assigneesOf = (ticket: Pick<Ticket, 'assigned' | 'events'>): Map<string, string> => {
  const names = new Map<string, string>()
  for (const event of ticket.events) {
    const { from } = detailOf(event)
    if (text(from)) names.set(idOf(from), text(from))
  }
  if (ticket.assigned) names.set(ticket.assigned.id, ticket.assigned.name)
  return names
}

/** Where the name of an event stands: among the app's messages, or with the kind of record that the event's name begins with. */
const keyOf = (kind: string): string | undefined => [`event.${kind}`, `${kind.split('_')[0]}.event.${kind}`].find(known)

/** What an import took over from a file, field by field. */
const takenOver = ({ urged, taken }: Record<string, unknown>): string[] => {
  const fields = (Array.isArray(taken) ? taken : []) as Difference[]
  const told = fields.map((one) => t('event.taken', { field: word('ticket', one.field), before: said(one, one.before), after: said(one, one.after) }))
  return [urged === true ? t('event.urged') : '', ...told]
}

/** The mediation that an event tells of, if it does. */
export const mediationOf = (event: TicketEvent): string => text(detailOf(event).mediation)

/** What happened at the desk, as a sentence and the remark that came with it. */
export const eventText = (event: TicketEvent, names: Map<string, string> = new Map()): { title: string; remark: string } => {
  const detail = detailOf(event)
  const to = names.get(idOf(detail.to)) ?? text(detail.to)
  const key = keyOf(event.kind)
  const title = event.kind === 'assigned' && to ? t('event.assigned_to', { name: to }) : key ? t(key as Key, { unit: text(detail.unit) }) : event.kind
  const status = typeof detail.status === 'string' ? t('event.status_now', { status: word('ticket_state', detail.status) }) : ''
  const author = event.kind.startsWith('quarantine_') ? t('event.quarantine_of', { name: text(detail.author) || t('person.none'), n: Number(detail.changes) }) : ''
  const taken = event.kind === 'imported_again' ? takenOver(detail) : []
  return { title, remark: [author, ...taken, text(detail.note), text(detail.remark), status].filter(Boolean).join(' ') }
}
