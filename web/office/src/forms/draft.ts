import type { Condition, Form, Label, Option, Question, Section } from '@shared/form'

export const SECTIONS: readonly Section[] = ['arrival', 'people', 'finding', 'photos', 'persuasion', 'items', 'cleanup', 'notes', 'outcome']
/** Who begins visits, in the order of the customer's list. */
export const FIELD_ROLES = ['hotline_worker', 'community_secretary', 'grid_head', 'grid_worker', 'building_captain', 'volunteer', 'police', 'section_handler', 'enterprise_team'] as const
/** Who asks in a ticket. */
export const REQUESTERS = ['citizen', 'citizen_enterprise', 'enterprise'] as const
export const KINDS = ['text', 'number', 'date', 'one', 'many'] as const
export type Kind = (typeof KINDS)[number]
export const hasOptions = (kind: Kind): boolean => kind === 'one' || kind === 'many'

/** Words as two fields hold them. */
export interface Words {
  zh: string
  en: string
}
export interface DraftOption extends Words {
  key: number
  code: string
}
/** A question as fields hold it: what is typed stays as it was typed, also where another type of answer is chosen. */
export interface DraftQuestion {
  key: number
  id: string
  kind: Kind
  label: Words
  hint: Words
  unit: Words
  required: boolean
  limit: string
  min: string
  max: string
  options: DraftOption[]
  /** The question above by which this one is asked; empty for always. */
  on: string
  /** `answered`, or the choice or number that it must be. */
  test: 'answered' | 'is'
  value: string
}
export interface Draft {
  id: string
  version: number
  title: Words
  applies: string[][]
  requesters: string[]
  roles: string[]
  sections: Record<Section, 'required' | 'optional' | 'hidden'>
  questions: DraftQuestion[]
}

let last = 0
const key = () => ++last
const both = (label?: Label): Words => ({ zh: label?.zh ?? '', en: label?.en ?? '' })

export const emptyOption = (code: string): DraftOption => ({ key: key(), code, zh: '', en: '' })
export const emptyQuestion = (id: string): DraftQuestion => ({ key: key(), id, kind: 'text', label: both(), hint: both(), unit: both(), required: false, limit: '200', min: '0', max: '1000000', options: [emptyOption('a'), emptyOption('b')], on: '', test: 'is', value: '' })
export const emptyDraft = (): Draft => ({ id: '', version: 1, title: both(), applies: [], requesters: [], roles: [], sections: { arrival: 'required', people: 'required', finding: 'hidden', photos: 'optional', persuasion: 'hidden', items: 'hidden', cleanup: 'hidden', notes: 'optional', outcome: 'required' }, questions: [] })

/** The first of `stem1`, `stem2` … that is free. */
export function freeId(stem: string, taken: readonly string[]): string {
  let n = taken.length + 1
  while (taken.includes(`${stem}${n}`)) n += 1
  return `${stem}${n}`
}

const questionOf = (question: Question): DraftQuestion => ({
  ...emptyQuestion(question.id),
  kind: question.kind,
  label: both(question.label),
  hint: both(question.hint),
  required: question.required,
  ...(question.kind === 'text' ? { limit: String(question.limit) } : {}),
  ...(question.kind === 'number' ? { min: String(question.min), max: String(question.max), unit: both(question.unit) } : {}),
  ...(question.kind === 'one' || question.kind === 'many' ? { options: question.options.map(({ code, label }) => ({ key: key(), code, ...both(label) })) } : {}),
  ...(question.relevant ? { on: question.relevant.question, test: question.relevant.test === 'answered' ? 'answered' : 'is', value: question.relevant.value ?? '' } : {}),
})

/** A form to begin a version with. */
export const draftOf = (form: Form, version: number): Draft => ({
  id: form.id,
  version,
  title: both(form.title),
  applies: form.applies.map((path) => [...path]),
  requesters: [...(form.requesters ?? [])],
  roles: [...form.roles],
  sections: Object.fromEntries(SECTIONS.map((name) => [name, form.sections[name] ?? 'hidden'])) as Draft['sections'],
  questions: form.questions.map(questionOf),
})

/** One line without what a form cannot hold: signs that mean something in its text stand full width. */
const clean = (text: string): string => text.replace(/\s+/g, ' ').trim().replaceAll('|', '｜').replaceAll('#', '＃')
const labelOf = ({ zh, en }: Words): Label => ({ zh: clean(zh), ...(clean(en) ? { en: clean(en) } : {}) })
const whole = (text: string): number | null => (/^-?\d{1,13}$/.test(text.normalize('NFKC').trim()) ? Number(text.normalize('NFKC').trim()) : null)

/** A question in which a field holds no whole number. */
export interface NoNumber {
  question: string
  field: 'limit' | 'range'
}

/** The form that the fields say; `wrong` where a field holds no whole number. */
export function formOf(draft: Draft): { form: Form; wrong: NoNumber | null } {
  let wrong: NoNumber | null = null
  const number = (text: string, usual: number, question: string, field: NoNumber['field']): number => {
    const read = whole(text)
    if (read === null) wrong ??= { question, field }
    return read ?? usual
  }
  const questions = draft.questions.map((one, place): Question => {
    const common = {
      id: one.id.trim(),
      label: labelOf(one.label),
      ...(clean(one.hint.zh) || clean(one.hint.en) ? { hint: labelOf(one.hint) } : {}),
      required: one.required,
      ...conditionOf(one, draft.questions.slice(0, place)),
    }
    if (one.kind === 'text') return { ...common, kind: 'text', limit: number(one.limit, 200, one.id, 'limit') }
    if (one.kind === 'date') return { ...common, kind: 'date' }
    if (one.kind === 'number') return { ...common, kind: 'number', min: number(one.min, 0, one.id, 'range'), max: number(one.max, 1_000_000, one.id, 'range'), ...(clean(one.unit.zh) ? { unit: labelOf(one.unit) } : {}) }
    return { ...common, kind: one.kind, options: one.options.map((option): Option => ({ code: option.code.trim(), label: labelOf(option) })) }
  })
  const sections = Object.fromEntries(Object.entries(draft.sections).filter(([, asked]) => asked !== 'hidden')) as Form['sections']
  return { form: { id: draft.id.trim(), version: draft.version, title: labelOf(draft.title), applies: draft.applies, ...(draft.requesters.length ? { requesters: draft.requesters } : {}), roles: draft.roles, sections, questions }, wrong }
}

function conditionOf({ on, test, value }: DraftQuestion, above: DraftQuestion[]): { relevant?: Condition } {
  if (!on) return {}
  const by = above.find(({ id }) => id === on)
  if (test === 'answered') return { relevant: { question: on, test: 'answered' } }
  return { relevant: { question: on, test: by?.kind === 'many' ? 'contains' : 'equals', value: value.trim() } }
}

/** What somebody typed into the preview, by the question's id. */
export type Answers = Record<string, string | string[] | undefined>

const given = (question: Question, answers: Answers): boolean => {
  const answer = answers[question.id]
  if (question.kind === 'many') return Array.isArray(answer) && answer.some((code) => question.options.some((one) => one.code === code))
  if (typeof answer !== 'string' || !answer.trim()) return false
  if (question.kind === 'one') return question.options.some(({ code }) => code === answer)
  if (question.kind !== 'number') return true
  const read = whole(answer)
  return read !== null && read >= question.min && read <= question.max
}

/** The questions that are asked by the answers so far, as sync-core/src/form/missing.rs decides it. */
export function askedOf(form: Form, answers: Answers): Question[] {
  const asked: Question[] = []
  for (const question of form.questions) {
    const { relevant } = question
    const by = asked.find(({ id }) => id === relevant?.question)
    const answer = relevant ? answers[relevant.question] : undefined
    const holds = !relevant || (by && (relevant.test === 'answered' ? given(by, answers) : relevant.test === 'contains' ? Array.isArray(answer) && answer.includes(relevant.value ?? '') : by.kind === 'number' ? typeof answer === 'string' && whole(answer) === Number(relevant.value) : answer === relevant.value))
    if (holds) asked.push(question)
  }
  return asked
}

/** What is asked, must be answered and is not. */
export const lackingOf = (form: Form, answers: Answers): Question[] => askedOf(form, answers).filter((question) => question.required && !given(question, answers))

/** Moves one of a list by one place; false at its end. */
export function move<T>(list: T[], from: number, by: -1 | 1): boolean {
  const to = from + by
  const [one] = to >= 0 && to < list.length ? list.splice(from, 1) : []
  if (one === undefined) return false
  list.splice(to, 0, one)
  return true
}

/** Questions in which a condition names a question that does not stand above them. */
export const strayed = (questions: DraftQuestion[]): DraftQuestion[] => questions.filter(({ on }, place) => on !== '' && !questions.slice(0, place).some(({ id }) => id === on))

const KEPT = 'warmline.office.form-draft'
/** What is typed survives a reload, for the same person. */
export const keep = (person: string, draft: Draft): void => sessionStorage.setItem(KEPT, JSON.stringify({ person, draft }))
export const forget = (): void => sessionStorage.removeItem(KEPT)
export function kept(person: string): Draft | null {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null') as { person: string; draft: Draft } | null
    if (!found || found.person !== person || !Array.isArray(found.draft.questions)) return null
    for (const question of found.draft.questions) {
      question.key = key()
      for (const option of question.options) option.key = key()
    }
    return found.draft
  } catch {
    return null
  }
}
