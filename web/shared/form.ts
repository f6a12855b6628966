// A form as the core and the hub tell it (sync-core/src/form.rs).

/** Words for people: English only where somebody wrote it. */
export interface Label {
  zh: string
  en?: string
}

/** A standard part of a visit. */
export type Section = 'arrival' | 'people' | 'finding' | 'photos' | 'persuasion' | 'items' | 'cleanup' | 'notes' | 'outcome'

export interface Option {
  code: string
  label: Label
}

export interface Condition {
  question: string
  test: 'answered' | 'equals' | 'contains'
  value?: string
}

/** A question of a form's own; answers stand under its id. */
export type Question = { id: string; label: Label; hint?: Label; required: boolean; relevant?: Condition } & (
  | { kind: 'text'; limit: number }
  | { kind: 'number'; min: number; max: number; unit?: Label }
  | { kind: 'date' }
  | { kind: 'one'; options: Option[] }
  | { kind: 'many'; options: Option[] }
)

export interface Form {
  id: string
  version: number
  title: Label
  applies: string[][]
  /** Who asks in tickets that it is for, whatever their category; absent for none. */
  requesters?: string[]
  roles: string[]
  /** Parts that it asks for; the others are hidden. */
  sections: Partial<Record<Section, 'required' | 'optional'>>
  questions: Question[]
}

/** What is missing before a record can be submitted. */
export interface Missing {
  what: 'arrival' | 'people' | 'finding' | 'photo' | 'before_after' | 'persuasion' | 'next_visit' | 'items' | 'cleanup' | 'notes' | 'outcome' | 'question'
  /** A part of the visit, or `questions`. */
  part: string
  question?: string
}

/** An answer to which the form has no question; `question` as another version or form asks it. */
export interface Gone {
  path: string
  value: string | number | boolean | null
  question?: Question
}

/** A record as its form sees it. */
export interface Sheet {
  /** The form in force, as a record names it: `clutter/1`. */
  name: string
  /** Whether the record names it. */
  named: boolean
  form: Form
  /** Questions that are asked, by the answers so far. */
  asked: string[]
  /** Parts in which there is what they ask for. */
  filled: Section[]
  missing: Missing[]
  /** Answers to which the form has no question. */
  gone: Gone[]
}

/** The words of a label in the language of the reader. */
export const labelIn = ({ zh, en }: Label, language: string): string => (language === 'zh-CN' ? zh : (en ?? zh))

/** What the last piece of an answer's path says: `text`, `number`, `date`, `choice`, or `has:CODE`. */
export const partOf = (question: Question): string => ({ text: 'text', number: 'number', date: 'date', one: 'choice', many: 'has' })[question.kind]

/** The question and the part of an answer's path; null for another place. */
export function parseAnswer(path: string): { question: string; part: string } | null {
  const [head, question = '', part = ''] = path.split('/')
  return head === 'answers' && question && part ? { question, part } : null
}

/** The paths at which a question's answer stands. */
export const pathsOf = (question: Question): string[] =>
  question.kind === 'many' ? question.options.map(({ code }) => `answers/${question.id}/has:${code}`) : [`answers/${question.id}/${partOf(question)}`]
