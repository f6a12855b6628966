// The names of states, as sync-core/src/lifecycle has them. Generated (tests/lifecycle.rs); do not edit.

export const TicketState = { new: 'new', accepted: 'accepted', assigned: 'assigned', in_progress: 'in_progress', on_hold: 'on_hold', pending_review: 'pending_review', reviewed: 'reviewed', replied: 'replied', closed: 'closed', returned: 'returned', void: 'void' } as const
export type TicketState = (typeof TicketState)[keyof typeof TicketState]

export const ReviewState = { draft: 'draft', submitted: 'submitted', approved: 'approved', returned: 'returned', rejected: 'rejected' } as const
export type ReviewState = (typeof ReviewState)[keyof typeof ReviewState]

export const MediationState = { draft: 'draft', partly_signed: 'partly_signed', effective: 'effective', performance_due: 'performance_due', followed_up: 'followed_up', performed: 'performed', breached: 'breached', withdrawn: 'withdrawn' } as const
export type MediationState = (typeof MediationState)[keyof typeof MediationState]

export const Decision = { approve: 'approve', return: 'return', reject: 'reject' } as const
export type Decision = (typeof Decision)[keyof typeof Decision]
