import { labelIn, type Missing } from '@shared/form'
import type { FormView } from '@shared/core/views'
import { language } from '../../i18n'
import type { Lack } from '../../kinds'
import { t } from './messages'
import { noun } from './nouns'

/** What is still missing before a visit can be submitted, in the order of the page: the core says it, by the form. */
export const missing = (form: FormView | null): Lack[] => (form?.missing ?? []).map((one) => lack(form as FormView, one))

function lack(form: FormView, { what, part, question }: Missing): Lack {
  const asked = form.form.questions.find(({ id }) => id === question)
  if (asked) return { name: `question/${asked.id}`, part, at: `question-${asked.id}`, text: labelIn(asked.label, language.value) }
  return { name: what, part, text: missingText(what) }
}

/** What a missing thing is called: as the form asks for it. */
function missingText(what: Missing['what']): string {
  if (what === 'arrival') return noun('visit.collections.arrivals')
  if (what === 'people') return noun('visit.collections.participants')
  if (what === 'finding') return t('visit.form.finding.kind')
  if (what === 'persuasion') return noun('visit.collections.persuasions')
  if (what === 'items') return noun('visit.collections.items')
  if (what === 'cleanup') return t('visit.form.cleanup.state')
  if (what === 'notes') return t('visit.form.notes.title')
  if (what === 'outcome') return noun('visit.fields.outcome')
  if (what === 'question') return t('visit.form.questions.unknown')
  return t(`visit.form.missing.${what}`)
}
