import type { Length, LengthUnit, ProfileForm, ProfileRow, TermForm, TermKind } from '@shared/api-types'
import { list, t, word, type Key } from '../i18n'

/** Terms that a profile can have, in the order in which a ticket meets them. */
export const TERMS: readonly TermKind[] = ['contact', 'arrival', 'feedback', 'result', 'return_window']
export const UNITS: readonly LengthUnit[] = ['hours', 'working_days', 'days', 'months']

/** `2 小时`, `1 个工作日` */
export const lengthText = ({ amount, unit }: Length): string => t(`rules.length.${unit}.${amount === 1 ? 'one' : 'many'}` as Key, { n: amount })

/** `到达现场：交办后 2 小时内` without its name. */
export const termText = (term: TermForm, form: ProfileForm): string => {
  const said = t(`rules.within.${term.from}` as Key, { length: lengthText(term) })
  if (term.kind === 'feedback' && form.feedback_to.length) return t('rules.to', { said, names: list(form.feedback_to.map((one) => word('addressee', one))) })
  return said
}

/** What a version says beside its terms, as lines for people. */
export const moreText = (form: ProfileForm): string[] => {
  const { warnings } = form
  return [
    t(form.extension ? 'rules.extension_most' : 'rules.extension_none', { length: form.extension ? lengthText(form.extension) : '' }),
    t('rules.pauses'),
    t(form.hours_run_off_duty ? 'rules.hours_always' : 'rules.hours_business', { business: form.business }),
    t(form.day_ends === 'midnight' ? 'rules.ends_midnight' : 'rules.ends_closing'),
    t('rules.warns', { blue: warnings.blue_percent, yellow: lengthText({ amount: warnings.yellow_working_days, unit: 'working_days' }), percent: warnings.yellow_percent, purple: lengthText({ amount: warnings.purple_working_days, unit: 'working_days' }) }),
    ...(form.terms.some(({ kind }) => kind === 'return_window') ? [t('rules.warns_return', { hours: warnings.return_hours })] : []),
  ]
}

export interface ProfileGroup {
  id: string
  /** The one that tickets get today. */
  now: ProfileRow
  /** All others, the newest first. */
  others: ProfileRow[]
  newest: ProfileRow
}

/** Versions by profile, in the order in which profiles came. */
export const groupsOf = (rows: ProfileRow[]): ProfileGroup[] =>
  [...new Set(rows.map(({ id }) => id))].map((id) => {
    const versions = rows.filter((row) => row.id === id).sort((a, b) => b.version - a.version)
    const newest = versions[0] as ProfileRow
    const now = versions.find(({ in_force }) => in_force) ?? newest
    return { id, now, newest, others: versions.filter((row) => row !== now) }
  })

/** A form as fields hold it: what is typed stays as it was typed. */
export interface Draft extends Omit<ProfileForm, 'terms' | 'extension' | 'warnings'> {
  terms: Record<TermKind, { on: boolean; amount: string; unit: LengthUnit; from: TermForm['from'] }>
  extension: { on: boolean; amount: string; unit: LengthUnit }
  warnings: Record<keyof ProfileForm['warnings'], string>
}

const USUAL: Record<TermKind, TermForm['from']> = { contact: 'assignment', arrival: 'assignment', feedback: 'assignment', result: 'dispatch', return_window: 'dispatch' }

/** The next version, to begin with: as the one before, without its day. */
export const draftOf = (row: ProfileRow, newest: ProfileRow): Draft => {
  const { form } = row
  const term = (kind: TermKind) => {
    const known = form.terms.find((one) => one.kind === kind)
    return { on: known !== undefined, amount: known ? String(known.amount) : '', unit: known?.unit ?? 'working_days', from: known?.from ?? USUAL[kind] }
  }
  return {
    ...form,
    version: newest.version + 1,
    effective_from: '',
    feedback_to: [...form.feedback_to],
    terms: Object.fromEntries(TERMS.map((kind) => [kind, term(kind)])) as Draft['terms'],
    extension: { on: form.extension !== null, amount: form.extension ? String(form.extension.amount) : '', unit: form.extension?.unit ?? 'working_days' },
    warnings: Object.fromEntries(Object.entries(form.warnings).map(([name, value]) => [name, String(value)])) as Draft['warnings'],
  }
}

const whole = (text: string): number | null => (/^\s*-?\d{1,6}\s*$/.test(text) ? Number(text) : null)

/** What is sent; or the name of the field that holds no whole number. */
export const formOf = (draft: Draft): ProfileForm | { wrong: string } => {
  const terms: TermForm[] = []
  for (const kind of TERMS) {
    const { on, amount, unit, from } = draft.terms[kind]
    if (!on) continue
    const n = whole(amount)
    if (n === null) return { wrong: word('deadline_clock', kind) }
    terms.push({ kind, amount: n, unit, from })
  }
  const extension = draft.extension.on ? whole(draft.extension.amount) : 0
  if (extension === null) return { wrong: t('rules.extension') }
  const warnings = Object.entries(draft.warnings).map(([name, text]) => [name, whole(text)] as const)
  const wrong = warnings.find(([, n]) => n === null)
  if (wrong) return { wrong: t(`rules.${wrong[0]}` as Key) }
  return {
    ...draft,
    terms,
    feedback_to: draft.terms.feedback.on ? draft.feedback_to : [],
    extension: draft.extension.on ? { amount: extension, unit: draft.extension.unit } : null,
    warnings: Object.fromEntries(warnings) as unknown as ProfileForm['warnings'],
  }
}

export const isWrong = (one: ProfileForm | { wrong: string }): one is { wrong: string } => 'wrong' in one
