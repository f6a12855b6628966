import { labelIn, parseAnswer, type Question } from '@shared/form'
import { dateText } from '@shared/time'
import type { FormView, Value } from '@shared/core/views'
import { language } from '../../i18n'
import { t } from './messages'

/** What was typed as a whole number; null for nothing, undefined for what the question does not take. */
export function numberOf(written: string, { min, max }: { min: number; max: number }): number | null | undefined {
  const plain = written.normalize('NFKC').replace(/[\s,]/g, '')
  if (plain === '') return null
  if (!/^-?\d{1,13}$/.test(plain)) return undefined
  const number = Number(plain)
  return number >= min && number <= max ? number : undefined
}

/** The question of an answer's path, also one that the form does not ask any more. */
export function questionAt(form: FormView | null, path: string): Question | undefined {
  const place = parseAnswer(path)
  return form?.gone.find((one) => one.path === path)?.question ?? form?.form.questions.find(({ id }) => id === place?.question)
}

/** What a form is called by the name that a record has for it. */
export function formTitle(form: FormView | null, name: Value): string {
  const known = form && form.name === name ? form.form.title : form?.fits?.name === name ? form?.fits?.title : undefined
  return known ? labelIn(known, language.value) : t('visit.form.another')
}

/** An answer in words; null for another place. */
export function answerText(question: Question | undefined, path: string, value: Value): string | null {
  const place = parseAnswer(path)
  if (!place) return null
  if (value === null || value === '') return t('value.empty')
  const options = question?.kind === 'one' || question?.kind === 'many' ? question.options : []
  const called = (code: string) => {
    const option = options.find((one) => one.code === code)
    return option ? labelIn(option.label, language.value) : code
  }
  if (place.part.startsWith('has:')) {
    const name = called(place.part.slice(4))
    return value === true ? name : t('visit.form.questions.not', { name })
  }
  if (place.part === 'date' && typeof value === 'number') return dateText(value)
  if (place.part === 'choice') return called(String(value))
  if (question?.kind === 'number' && question.unit) return `${value} ${labelIn(question.unit, language.value)}`
  return String(value)
}
