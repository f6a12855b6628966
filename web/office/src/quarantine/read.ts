import type { Quarantined, WaitingChanges } from '@shared/api-types'
import { tail } from '../format'
import { known, t } from '../i18n'

/** Why something was put aside, in a sentence that says what to do. */
export const whyAside = (code: string): string => {
  const key = `quarantined.${code}`
  return known(key) ? t(key) : t('quarantined.other')
}

export const deviceOf = (row: Quarantined | WaitingChanges): string => row.device_name ?? t('quarantine.device', { tail: tail(row.device) })

/** The codes that the list can be narrowed to: those that the office can do something about first. */
export const CODES = ['out_of_scope', 'device_released', 'actor_of_other_device', 'verification_failed', 'waiting_full', 'depends_on_quarantined', 'schema_violation', 'equivocation', 'document_full', 'segment_malformed', 'chunk_malformed'] as const
