import type { TicketEvent, TicketStatus } from '@shared/api-types'
import { known, t, word } from '../i18n'

export const STATUSES: TicketStatus[] = ['new', 'assigned', 'in_progress', 'pending_review', 'reviewed', 'closed', 'void']

/** Nothing is asked of anybody any more, so no deadline runs. */
export const settledTicket = (status: TicketStatus): boolean => status === 'reviewed' || status === 'closed' || status === 'void'

const detailOf = (event: TicketEvent): Record<string, unknown> => (event.detail && typeof event.detail === 'object' ? (event.detail as Record<string, unknown>) : {})
const text = (value: unknown): string => (typeof value === 'string' ? value : value && typeof value === 'object' && 'name' in value ? String((value as { name: unknown }).name) : '')

/** What happened at the desk, as a sentence and the remark that came with it. */
export const eventText = (event: TicketEvent): { title: string; remark: string } => {
  const detail = detailOf(event)
  const to = text(detail.name) || text(detail.to) || text(detail.to_name)
  const key = `event.${event.kind}`
  const title = event.kind === 'assigned' && to ? t('event.assigned_to', { name: to }) : known(key) ? t(key) : event.kind
  const status = typeof detail.status === 'string' ? t('event.status_now', { status: word('ticket_status', detail.status) }) : ''
  return { title, remark: [text(detail.note), text(detail.remark), status].filter(Boolean).join(' ') }
}
