import { MediationState } from '@shared/lifecycle/names'

/** Colour of a standing; its word is always beside it. */
export function toneOf(standing: MediationState | null): '' | 'info' | 'success' | 'warning' | 'danger' {
  if (standing === MediationState.breached) return 'danger'
  if (standing === MediationState.performance_due) return 'warning'
  if (standing === MediationState.partly_signed) return 'info'
  if (standing === MediationState.effective || standing === MediationState.followed_up || standing === MediationState.performed) return 'success'
  return ''
}
