import { TicketAction } from '@shared/lifecycle/names'
import { t, word } from '../../i18n'
import type { Offer } from './next'

/** What stands on the button of an offer: the action, and about whom where that is not plain. */
export const offerText = (one: Offer, unit: string): string => {
  const what = one.action === TicketAction.assign ? t('assign.button') : word('ticket_action', one.action)
  const whom = typeof one.preset.addressee === 'string' ? word('addressee', one.preset.addressee) : (one.task?.addressee ? word('addressee', one.task.addressee) : unit)
  return whom ? t('next.for', { what, whom }) : what
}
