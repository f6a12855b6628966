import type { ContactsPage } from '@shared/core/api'
import type { Entry, MediationCollection, RecordView, Value } from '@shared/core/views'
import { named } from '../../i18n'
import type { KindDefinition } from '../../kinds'
import { insteadOf, isContact, numberOf } from './contacts'
import { t } from './messages'
import { noun } from './nouns'
import { minuteText, weekdaysText, yuanText } from './terms'

/** Which list of words a place of a mediation takes its codes from. */
export const CHOICES: Readonly<Record<string, string>> = {
  'fields/form': 'mediation.choices.form',
  'fields/dispute': 'mediation.choices.dispute',
  'fields/risk': 'mediation.choices.risk',
  'parties/side': 'mediation.choices.side',
  'parties/gender': 'mediation.choices.gender',
  'parties/id_type': 'mediation.choices.id_type',
  'parties/consent': 'mediation.choices.consent',
  'claims/standing': 'mediation.choices.claim_standing',
  'points/standing': 'mediation.choices.point_standing',
  'sessions/mood': 'mediation.choices.mood',
  'invitees/attendance': 'mediation.choices.attendance',
  'photos/role': 'mediation.choices.photo_role',
  'photos/source': 'mediation.choices.photo_source',
}

export const FLAGS: KindDefinition['flags'] = {}

export const placeOf = ({ fields }: RecordView): string => String(fields.place ?? '')

/** Entries that stand, in the order of the paper. */
export const standing = (entries: Entry[] | undefined): Entry[] =>
  (entries ?? [])
    .filter((entry) => !entry.removed)
    .sort((a, b) => {
      const [one, other] = [String(a.pos ?? ''), String(b.pos ?? '')]
      return one < other ? -1 : one > other ? 1 : a.id < b.id ? -1 : 1
    })

/** The party's name, or its side while it has none. */
export function partyName(view: RecordView | undefined, id: unknown): string {
  const party = view?.parties?.find((one) => one.id === id)
  if (!party) return ''
  return String(party.name ?? '') || (party.side ? named(`mediation.choices.side.${party.side}`) : noun('mediation.choices.capacity.party'))
}

/** The words of an entry by which people know it. */
const wordsOf = (entry: Entry | undefined): string => String(entry?.text ?? entry?.name ?? entry?.unit ?? '')

export function claimText(view: RecordView | undefined, id: unknown): string {
  return wordsOf(view?.claims?.find((one) => one.id === id))
}

/** A value of the record as people read it; none where nothing of a mediation's own is needed. */
export function textOf(view: RecordView, path: string, value: Value, contacts?: ContactsPage): string | null {
  const name = path.split('/').at(-1) ?? ''
  if (name === 'removed_at') return t(value === null ? 'mediation.form.kept' : 'mediation.form.removed')
  if (value === null || value === '') return null
  if (isContact(path)) return numberOf(value, contacts) ?? insteadOf(value, contacts)
  if (['party', 'performer'].includes(name)) return partyName(view, value) || null
  if (name === 'claim') return claimText(view, value) || null
  if (typeof value !== 'number') return null
  if (name === 'amount_fen') return t('mediation.form.term.yuan', { yuan: yuanText(value) })
  if (name === 'weekdays') return weekdaysText(value)
  return name.endsWith('_minute') ? minuteText(value) : null
}

/** What an entry is called: 协议条款 2, 当事人 张某. */
export function entryName(view: RecordView | undefined, path: string): string {
  const [first = '', second = ''] = path.split('/')
  const entries = view?.[first as MediationCollection]
  const collection = named(`mediation.collections.${first}`)
  const name = first === 'parties' || first === 'mediators' ? wordsOf(entries?.find((one) => one.id === second)) : ''
  const nth = standing(entries).findIndex((one) => one.id === second) + 1
  return name ? `${collection} ${name}` : nth > 0 ? `${collection} ${nth}` : collection
}

/** What a place of the paper is called: 协议条款 2 · 条款内容. */
export function placeName(view: RecordView | undefined, path: string): string {
  const [first = '', second = '', third = ''] = path.split('/')
  if (first === 'fields') return named(`mediation.fields.${second}`)
  const collection = named(`mediation.collections.${first}`)
  if (!second) return t('mediation.form.place.order', { what: collection })
  const entry = entryName(view, path)
  const stands = standing(view?.[first as MediationCollection]).some((one) => one.id === second)
  if (third && third !== 'removed_at' && third !== 'pos') return `${entry} · ${named(`mediation.${first}.${third}`)}`
  if (third === 'pos') return t('mediation.form.place.order', { what: entry })
  return t(stands ? 'mediation.form.place.added' : 'mediation.form.place.removed', { what: entry })
}

/** What stands at a place now, in words; empty for a whole entry. */
export function wordsAt(view: RecordView | undefined, path: string, valueText: (path: string, value: Value) => string): string {
  const [first = '', second = '', third = ''] = path.split('/')
  if (first === 'fields') return valueText(path, view?.fields[second] ?? null)
  const entry = view?.[first as MediationCollection]?.find((one) => one.id === second)
  if (!entry || entry.removed) return ''
  return third && third !== 'removed_at' && third !== 'pos' ? valueText(path, entry[third] ?? null) : wordsOf(entry)
}

/** The part of the form where what is missing is filled in, by the code of the gap. */
const PART_OF: Readonly<Record<string, string>> = {
  form: 'paper',
  facts: 'paper',
  sides: 'parties',
  party_name: 'parties',
  mediator: 'paper',
  certified_mediator: 'paper',
  committee: 'paper',
  notice: 'paper',
  statements: 'sessions',
  clauses: 'clauses',
  clause_text: 'clauses',
  clause_claim: 'clauses',
  clause_performer: 'clauses',
}

export const GAP_CODES = Object.keys(PART_OF)

/** A gap of a later core belongs to the paper. */
export const partOfGap = (code: string): string => PART_OF[code] ?? 'paper'
