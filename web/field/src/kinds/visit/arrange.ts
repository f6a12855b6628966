import type { Question, Section } from '@shared/form'
import type { FormView, RecordView, Value } from '@shared/core/views'

/** What the page of a visit consists of, by the names of its parts. */
export interface Arranged {
  first: string[]
  /** What is behind 更多. */
  more: string[]
  /** Something stands there already. */
  opened: boolean
}

const SECTIONS: Section[] = ['arrival', 'people', 'finding', 'photos', 'persuasion', 'items', 'cleanup', 'notes', 'outcome']

/** What the form requires comes first, with its questions where people begin to ask; what it allows comes last. */
export function arrange(form: FormView | null): Arranged {
  if (!form) return { first: SECTIONS, more: [], opened: true }
  const { sections, questions } = form.form
  const required = SECTIONS.filter((name) => sections[name] === 'required')
  const before = required.filter((name) => name === 'arrival' || name === 'people')
  const others = required.filter((name) => name !== 'arrival' && name !== 'people')
  const ask = shownQuestions(form)
  // A part that the form hides is shown when somebody has filled it in.
  const rest = SECTIONS.filter((name) => sections[name] === 'optional' || (!sections[name] && form.filled.includes(name)))
  const more = [...(ask.more.length ? ['more_questions'] : []), ...rest, ...(form.gone.length ? ['gone'] : [])]
  const opened = form.gone.length > 0 || rest.some((name) => form.filled.includes(name))
  return { first: [...before, ...(questions.length && ask.first.length ? ['questions'] : []), ...others], more, opened }
}

/** The questions that are asked now: what is required, and what goes on from that, comes first. */
export function shownQuestions(form: FormView): { first: Question[]; more: Question[] } {
  const first: Question[] = []
  const more: Question[] = []
  const placed = new Map<string, boolean>()
  for (const question of form.form.questions) {
    const early = question.required || (question.relevant !== undefined && placed.get(question.relevant.question) === true)
    placed.set(question.id, early)
    if (form.asked.includes(question.id)) (early ? first : more).push(question)
  }
  return { first, more }
}

/** An answer as it stands in the record. */
export const answerAt = (view: Pick<RecordView, 'answers'>, question: string, part: string): Value => view.answers[`answers/${question}/${part}`] ?? null
