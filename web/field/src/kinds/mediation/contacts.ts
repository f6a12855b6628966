// By which number a party can be reached, in words: the record holds it sealed.
import type { ContactsPage } from '@shared/core/api'
import { isSealed } from '@shared/core/contacts'
import type { Value } from '@shared/core/views'
import { t } from './messages'

/** Whether a path names the number of a party. */
export const isContact = (path: string): boolean => path.startsWith('parties/') && path.endsWith('/contact')

/** The number, when this phone can say it; what was typed and is not sealed yet is itself. */
export function numberOf(value: Value | undefined, contacts: ContactsPage | undefined): string | null {
  if (!value) return null
  return isSealed(value) ? (contacts?.numbers[value] ?? null) : String(value)
}

/** What stands in the place of a number that cannot be said here; none if there is no number. */
export function insteadOf(value: Value | undefined, contacts: ContactsPage | undefined): string | null {
  if (!value || numberOf(value, contacts) !== null) return null
  if (contacts?.key === 'here') return t('mediation.form.contact.unreadable')
  return t(contacts?.key === 'no' ? 'mediation.form.contact.hidden' : 'mediation.form.contact.later_read')
}
