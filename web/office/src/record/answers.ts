import { labelIn, parseAnswer, type Label, type Missing, type Question, type Sheet } from '@shared/form'
import type { Value } from '@shared/api-types'
import { dateText } from '@shared/time'
import { language, t } from '../i18n'

const inWords = (label: Label) => labelIn(label, language.value)

/** The question of an answer's path, also one that the form does not ask any more. */
export function questionAt(form: Sheet | null | undefined, path: string): Question | undefined {
  const place = parseAnswer(path)
  return form?.gone.find((one) => one.path === path)?.question ?? form?.form.questions.find(({ id }) => id === place?.question)
}

const optionOf = (question: Question | undefined, code: string): string => {
  const options = question?.kind === 'one' || question?.kind === 'many' ? question.options : []
  const option = options.find((one) => one.code === code)
  return option ? inWords(option.label) : code
}

/** What an answer is called: as its form asks for it; null for another place. */
export function answerLabel(form: Sheet | null | undefined, path: string): string | null {
  if (!parseAnswer(path)) return null
  const question = questionAt(form, path)
  return question ? inWords(question.label) : t('answer.unknown')
}

/** An answer in words; null for another place. */
export function answerText(form: Sheet | null | undefined, path: string, value: Value): string | null {
  const place = parseAnswer(path)
  if (!place) return null
  if (value === null || value === undefined || value === '') return t('value.empty')
  const question = questionAt(form, path)
  if (place.part.startsWith('has:')) {
    const name = optionOf(question, place.part.slice(4))
    return value === true ? name : t('answer.not', { name })
  }
  if (place.part === 'date' && typeof value === 'number') return dateText(value)
  if (place.part === 'choice') return optionOf(question, String(value))
  if (question?.kind === 'number' && question.unit) return `${value} ${inWords(question.unit)}`
  return String(value)
}

/** The answers of a record in the order in which its form asks, those that it does not ask any more apart. */
export function answerPaths(form: Sheet | null | undefined, paths: readonly string[]): { asked: string[]; gone: string[] } {
  const answers = paths.filter((path) => parseAnswer(path))
  const gone = answers.filter((path) => form?.gone.some((one) => one.path === path) || !questionAt(form, path))
  const order = (path: string) => form?.form.questions.findIndex(({ id }) => id === parseAnswer(path)?.question) ?? 0
  const asked = answers.filter((path) => !gone.includes(path)).sort((a, b) => order(a) - order(b))
  return { asked, gone }
}

/** What the answers of a record are called together: as its form is. */
export const answersTitle = (form: Sheet | null | undefined): string => (form?.named ? inWords(form.form.title) : t('answer.title'))

/** What is missing by the form, in words. */
export function missingText(form: Sheet, { what, question }: Missing): string {
  const asked = form.form.questions.find(({ id }) => id === question)
  return asked ? inWords(asked.label) : t(`missing.${what}`)
}
