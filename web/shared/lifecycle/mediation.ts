import { MediationState } from './names'

const OPEN: ReadonlySet<MediationState> = new Set([MediationState.draft, MediationState.partly_signed, MediationState.withdrawn])

/** A version holds that all have signed. */
export const holds = (standing: MediationState | null): boolean => standing !== null && !OPEN.has(standing)
