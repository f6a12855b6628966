import { showToast } from 'vant'
import { core } from '@shared/core/client'
import type { TicketAct } from '@shared/core/errands'
import { t } from '../i18n'
import { sentenceOf } from '../words'

/** Tells something of a ticket and says what became of it; `true` once it is at the office or safe on this phone. */
export async function tell(ticket: string, act: TicketAct): Promise<boolean> {
  try {
    showToast(t((await core.tell(ticket, act)) ? 'errand.there' : 'errand.kept'))
    return true
  } catch (error) {
    showToast(sentenceOf(error))
    return false
  }
}
