import type { Act, Difference, Score, Ticket, TicketEvent } from '@shared/api-types'
import { dueStamp } from '../format'
import { known, list, t, word, type Key } from '../i18n'
import { said } from '../imports/read'
import { causeName } from './life/catalogue'

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

/** What somebody did, where the event is an action. */
export const actOfEvent = (event: TicketEvent): Act | null => {
  const { act } = detailOf(event)
  return act && typeof act === 'object' && 'action' in act ? (act as Act) : null
}

/** 评价 that an event brought. */
export const scoreOf = (event: TicketEvent): Score | null => {
  const { score } = detailOf(event)
  return score && typeof score === 'object' && 'parts' in score ? (score as Score) : null
}

/** The answers of a callback, or why there are none. */
const answers = (act: Act): string => {
  if (act.not_asked) return t('told.not_asked', { reason: word('not_asked', text(act.not_asked)) })
  return t('told.asked', { service: word('satisfaction', text(act.service)), result: word('satisfaction', text(act.result)), solved: t(act.solved === true ? 'callback.solved' : 'callback.unsolved') })
}

/** What was said with an action, in the order in which a person would tell it. */
const remarks = (event: TicketEvent, act: Act): string[] => {
  const due = act.due_at ?? act.until
  const score = scoreOf(event)
  const lines = Array.isArray(act.evidence) ? (act.evidence as string[]) : []
  return [
    act.action === 'callback' ? answers(act) : '',
    act.action === 'analyse' ? list((act.causes as string[]).map(causeName)) : '',
    act.action === 'classify' ? list([word('request_kind', text(act.request_kind)), word('requester_type', text(act.requester_type)), word('urgency', text(act.urgency)), ...((act.category ?? []) as (string | null)[]).map((one) => one ?? '')]) : '',
    act.action === 'external' ? text(act.status) : '',
    score ? (score.points === null ? t('score.no_points') : t('score.points', { n: score.points })) : '',
    text(act.words) || text(act.note),
    text(act.plan),
    lines.length ? t('told.evidence', { list: list(lines) }) : '',
    detailOf(event).came_late === true ? t('event.came_late') : '',
    detailOf(event).admitted_by ? t('event.admitted_by', { name: text(detailOf(event).admitted_by) }) : '',
    typeof due === 'number' ? t('told.due', { at: dueStamp(due) }) : '',
    detailOf(event).late === true ? t('told.late') : '',
  ]
}

/** One sentence for each action, with whom and what it is about. */
const actText = (event: TicketEvent, act: Act): { title: string; remark: string } => {
  const places = {
    unit: text(detailOf(event).unit),
    party: text(act.party),
    owner: text(act.owner),
    by: text(act.by),
    means: word('means', text(act.means)),
    level: word('supervision_level', text(act.level)),
    cause: word(act.action === 'appeal' ? 'appeal_cause' : 'supervision_cause', text(act.cause)),
    finding: word('finding', text(act.finding)),
    to: word('addressee', text(act.addressee)),
    stage: word('stage', text(act.stage)),
    outcome: word('outcome', text(act.outcome)),
    ruling: word('ruling', text(act.ruling)),
    step: word('ten_step', text(act.step)),
  }
  return { title: t(`did.${act.action}` as Key, places), remark: remarks(event, act).filter(Boolean).join('\n') }
}

/** What happened at the desk, as a sentence and the remark that came with it. */
export const eventText = (event: TicketEvent, names: Map<string, string> = new Map()): { title: string; remark: string } => {
  const act = actOfEvent(event)
  if (act && known(`did.${act.action}`)) return actText(event, act)
  const detail = detailOf(event)
  const to = names.get(idOf(detail.to)) ?? text(detail.to)
  const key = keyOf(event.kind)
  const title = event.kind === 'assigned' && to ? t(typeof detail.undoes === 'number' ? 'event.moved_back' : 'event.assigned_to', { name: to }) : key ? t(key as Key, { unit: text(detail.unit) }) : event.kind
  const status = typeof detail.status === 'string' ? t('event.status_now', { status: word('ticket_state', detail.status) }) : ''
  const author = event.kind.startsWith('quarantine_') ? t('event.quarantine_of', { name: text(detail.author) || t('person.none'), n: Number(detail.changes) }) : ''
  const taken = event.kind === 'imported_again' ? takenOver(detail) : []
  const lacking = Array.isArray(detail.lacking) ? t('event.lacking', { list: list(detail.lacking.map(text)) }) : ''
  return { title, remark: [author, ...taken, lacking, text(detail.note), text(detail.remark), status].filter(Boolean).join(' ') }
}
