import type { Act, Ticket } from '@shared/api-types'
import { Addressee, AppealCause, Finding, Means, NotAsked, Outcome, Ruling, Satisfaction, Stage, SupervisionCause, SupervisionLevel, TicketAction, TicketState } from '@shared/lifecycle/names'

/** What somebody has filled in so far: texts, chosen words, lists of lines. */
export type Values = Record<string, string | number | null>

/** One thing that an action asks for. The names are those of the action's payload (sync-core/src/lifecycle/act.rs). */
export interface Field {
  name: string
  kind: 'words' | 'line' | 'lines' | 'when' | 'choice' | 'yesno' | 'unit' | 'count' | 'money' | 'type' | 'topic' | 'causes'
  /** It may stay empty. */
  optional?: boolean
  /** Characters at most. */
  most?: number
  /** Where the names of the choices stand in the list of words. */
  group?: string
  choices?: readonly string[]
  /** Only asked for when this holds. */
  when?: (values: Values) => boolean
  /** It only decides what else is asked. */
  aside?: boolean
}

/** Characters of what people write, of what goes out, and of names: sync-core/src/lifecycle/act.rs. */
const WORDS = 2_000
const FEEDBACK = 5_000
const NAME = 100

const words = (more: Partial<Field> = {}): Field => ({ name: 'words', kind: 'words', most: WORDS, ...more })
const optional = words({ optional: true })
const line = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: 'line', most: NAME, ...more })
const when = (name: string, more: Partial<Field> = {}): Field => ({ name, kind: 'when', ...more })
const choice = (name: string, group: string, choices: Record<string, string>, more: Partial<Field> = {}): Field => ({ name, kind: 'choice', group, choices: Object.values(choices), ...more })
const only = (...names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, name]))

/** The callback: either three answers, or why there is none. */
const asked = (values: Values) => values.asked !== 'no'
/** Without evidence nobody can agree to it: sync-core/src/lifecycle/life/refuse.rs. */
const isUnreasonable = (values: Values) => values.finding === Finding.unreasonable
const means = (...names: Means[]) => choice('means', 'means', only(...names))

const ENTERPRISE: Field[] = [line('enterprise', { optional: true }), line('credit_code', { optional: true, most: 18 }), line('market', { optional: true }), line('contact', { optional: true }), words({ name: 'affected_scope', optional: true })]
const WAGES: Field[] = [line('employer', { optional: true }), line('site', { optional: true }), line('months_from', { optional: true }), line('months_to', { optional: true }), { name: 'amount_fen', kind: 'money', optional: true }, { name: 'people', kind: 'count', optional: true }]
/** Fields of the forms of channels, in the order in which they are shown. */
export const FORM_FIELDS: readonly Field[] = [...ENTERPRISE, ...WAGES]

/** What the terms of a ticket go by. */
const termsOf = (values: Values): string => `${values.requester_type} ${values.urgency}`

const FIELDS: Partial<Record<TicketAction, Field[]>> = {
  resolve_at_desk: [words()],
  hand_back: [words()],
  return_up: [words()],
  return_refused: [words()],
  contact: [means(Means.phone, Means.wechat, Means.sms, Means.visit, Means.counter), optional],
  ask_help: [{ name: 'unit', kind: 'unit' }, words(), when('due_at')],
  help_done: [words()],
  help_declined: [words()],
  help_waived: [words()],
  ask_outside: [line('party'), line('contact', { optional: true }), words(), when('due_at', { optional: true })],
  outside_promised: [when('due_at'), optional],
  outside_done: [words()],
  ask_extension: [when('until'), words()],
  ask_hold: [when('until'), words(), words({ name: 'plan' })],
  grant_extension: [optional],
  hold: [optional],
  refuse: [words()],
  resume: [words()],
  supervise: [choice('level', 'supervision_level', SupervisionLevel), choice('cause', 'supervision_cause', SupervisionCause), words(), when('due_at')],
  answer_supervision: [words()],
  close_supervision: [optional],
  propose_option: [words()],
  choose_option: [words()],
  plan_step: [words(), line('owner'), when('due_at')],
  plan_step_done: [optional],
  report_done: [words()],
  approve_done: [optional],
  return_done: [words()],
  find: [choice('finding', 'finding', Finding), words(), { name: 'evidence', kind: 'lines', when: isUnreasonable }, { name: 'evidence', kind: 'lines', optional: true, when: (values) => !isUnreasonable(values) }],
  confirm_finding: [optional],
  draft_feedback: [choice('addressee', 'addressee', Addressee), choice('stage', 'stage', Stage), words({ most: FEEDBACK })],
  return_feedback: [words()],
  send_feedback: [choice('means', 'means', Means)],
  confirm_result: [choice('outcome', 'outcome', Outcome), line('by'), words()],
  callback: [
    means(Means.phone, Means.wechat, Means.sms, Means.visit, Means.counter),
    { name: 'asked', kind: 'yesno', aside: true },
    choice('service', 'satisfaction', Satisfaction, { when: asked }),
    choice('result', 'satisfaction', Satisfaction, { when: asked }),
    { name: 'solved', kind: 'yesno', when: asked },
    choice('not_asked', 'not_asked', NotAsked, { when: (values) => !asked(values) }),
    optional,
  ],
  rework: [words()],
  appeal: [choice('cause', 'appeal_cause', AppealCause), words(), when('due_at')],
  decide_appeal: [choice('ruling', 'ruling', Ruling), words()],
  exclude: [words()],
  include: [words()],
  analyse: [{ name: 'causes', kind: 'causes' }, { name: 'topic', kind: 'topic', optional: true }, optional],
  waive_step: [words()],
  close: [optional],
  cancel: [words()],
  unmerge: [words()],
  external: [line('id', { optional: true }), line('status')],
  note: [words()],
  describe: [],
  classify: [
    choice('request_kind', 'request_kind', only('inquiry', 'help', 'complaint', 'whistle_report', 'suggestion', 'commendation', 'other')),
    choice('requester_type', 'requester_type', only('citizen', 'citizen_enterprise', 'enterprise')),
    choice('urgency', 'urgency', only('normal', 'urgent', 'critical')),
    { name: 'category_l1', kind: 'type', optional: true },
    { name: 'category_l2', kind: 'type', optional: true },
    { name: 'category_l3', kind: 'type', optional: true },
    { name: 'topic', kind: 'topic', optional: true },
    // Who asks and how much it hurries decide by which terms it runs.
    { name: 'moves_deadline', kind: 'yesno', when: (values) => values.termed !== undefined && values.termed !== termsOf(values) },
  ],
}

/** What the form of this action asks, in its order; nothing where one click is enough. */
export const fieldsOf = (action: TicketAction, ticket: Pick<Ticket, 'requester_type' | 'life'>): Field[] => {
  if (action !== TicketAction.describe) return FIELDS[action] ?? []
  const own = ticket.requester_type === 'citizen' ? WAGES : ENTERPRISE
  return [...own, ...FORM_FIELDS.filter((field) => !own.includes(field) && field.name in ticket.life.form)]
}

/** Asked in a form all the same: its fields go by the ticket, or what is approved has to be read in full. */
const SHOWN: readonly TicketAction[] = [TicketAction.describe, TicketAction.approve_feedback]
/** Whether it is done by one click. */
export const isPlain = (action: TicketAction): boolean => !SHOWN.includes(action) && !FIELDS[action]?.length

/** What stands in the form when it is opened. */
export const begun = (action: TicketAction, ticket: Ticket, preset: Values = {}): Values => {
  const values: Values = {}
  if (action === TicketAction.classify) {
    const [l1, l2, l3] = ticket.category
    Object.assign(values, { request_kind: ticket.request_kind, requester_type: ticket.requester_type, urgency: ticket.urgency, category_l1: l1 ?? '', category_l2: l2 ?? '', category_l3: l3 ?? '', topic: ticket.times.topic ?? '' })
    values.termed = termsOf(values)
  }
  if (action === TicketAction.describe) for (const [name, answer] of Object.entries(ticket.life.form)) values[name] = name === 'amount_fen' ? String(Number(answer) / 100) : String(answer)
  if (action === TicketAction.analyse) Object.assign(values, { causes: ticket.life.causes.join('\n'), topic: ticket.times.topic ?? '' })
  if (action === TicketAction.external) Object.assign(values, { id: ticket.life.external?.[0] ?? ticket.upstream_no ?? '', status: '' })
  if (action === TicketAction.callback) values.asked = 'yes'
  if (action === TicketAction.draft_feedback) {
    // What came of it goes out when the office has agreed that it is done; before that only what will be done.
    values.stage = ticket.status === TicketState.reviewed ? Stage.result : Stage.opinion
    if (!ticket.life.from_platform) values.addressee = Addressee.requester
  }
  return { ...values, ...preset }
}

const textOf = (values: Values, name: string) => String(values[name] ?? '').trim()
const linesOf = (text: string) =>
  text
    .split('\n')
    .map((one) => one.trim())
    .filter(Boolean)

/** The fields that are asked for as the form stands. */
export const shown = (fields: Field[], values: Values): Field[] => fields.filter((field) => !field.when || field.when(values))

/** Which fields are still to be filled in. */
export const missing = (fields: Field[], values: Values): string[] =>
  shown(fields, values)
    .filter((field) => !field.optional && (field.kind === 'lines' || field.kind === 'causes' ? linesOf(textOf(values, field.name)).length === 0 : textOf(values, field.name) === ''))
    .map((field) => field.name)

const sent = (field: Field, text: string): unknown => {
  switch (field.kind) {
    case 'when':
      return text === '' ? null : Number(text)
    case 'lines':
    case 'causes':
      return linesOf(text)
    case 'yesno':
      return text === '' ? null : text === 'yes'
    case 'count':
      return Math.round(Number(text))
    case 'money':
      return Math.round(Number(text) * 100)
    case 'choice':
    case 'topic':
      return text === '' ? null : text
    default:
      return text
  }
}

/** The act that the form makes; `preset` names the task or step that it is about. */
export const actOf = (action: TicketAction, fields: Field[], values: Values, preset: Values = {}): Act => {
  const told = Object.fromEntries(shown(fields, values).flatMap((field) => (field.aside ? [] : [[field.name, sent(field, textOf(values, field.name))]])))
  const fixed = Object.fromEntries(Object.entries(preset).filter(([name]) => name === 'task' || name === 'step'))
  if (action === TicketAction.describe) {
    const form = Object.fromEntries(fields.flatMap((field) => (textOf(values, field.name) === '' ? [] : [[field.name, told[field.name]]])))
    return { action, form }
  }
  if (action === TicketAction.classify) {
    const { category_l1, category_l2, category_l3, ...rest } = told
    const category = [category_l1, category_l2, category_l3].map((one) => one || null)
    return { action, ...rest, ...(category.some(Boolean) ? { category } : {}) }
  }
  return { action, ...fixed, ...told }
}
