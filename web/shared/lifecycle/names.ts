// The names of states, actions and answers, as sync-core/src/lifecycle has them. Generated (tests/lifecycle.rs); do not edit.

export const TicketState = { new: 'new', accepted: 'accepted', assigned: 'assigned', in_progress: 'in_progress', on_hold: 'on_hold', pending_review: 'pending_review', reviewed: 'reviewed', replied: 'replied', closed: 'closed', returned: 'returned', void: 'void' } as const
export type TicketState = (typeof TicketState)[keyof typeof TicketState]

export const ReviewState = { draft: 'draft', submitted: 'submitted', approved: 'approved', returned: 'returned', rejected: 'rejected', discarded: 'discarded' } as const
export type ReviewState = (typeof ReviewState)[keyof typeof ReviewState]

export const MediationState = { draft: 'draft', partly_signed: 'partly_signed', effective: 'effective', performance_due: 'performance_due', followed_up: 'followed_up', performed: 'performed', breached: 'breached', withdrawn: 'withdrawn' } as const
export type MediationState = (typeof MediationState)[keyof typeof MediationState]

export const Decision = { approve: 'approve', return: 'return', reject: 'reject' } as const
export type Decision = (typeof Decision)[keyof typeof Decision]

export const TicketAction = { accept: 'accept', classify: 'classify', describe: 'describe', assign: 'assign', take: 'take', resolve_at_desk: 'resolve_at_desk', hand_back: 'hand_back', return_up: 'return_up', return_refused: 'return_refused', contact: 'contact', ask_help: 'ask_help', help_done: 'help_done', help_declined: 'help_declined', help_waived: 'help_waived', ask_outside: 'ask_outside', outside_promised: 'outside_promised', outside_done: 'outside_done', ask_extension: 'ask_extension', ask_hold: 'ask_hold', grant_extension: 'grant_extension', hold: 'hold', refuse: 'refuse', resume: 'resume', supervise: 'supervise', answer_supervision: 'answer_supervision', close_supervision: 'close_supervision', propose_option: 'propose_option', choose_option: 'choose_option', plan_step: 'plan_step', plan_step_done: 'plan_step_done', report_done: 'report_done', approve_done: 'approve_done', return_done: 'return_done', find: 'find', confirm_finding: 'confirm_finding', draft_feedback: 'draft_feedback', approve_feedback: 'approve_feedback', return_feedback: 'return_feedback', send_feedback: 'send_feedback', confirm_result: 'confirm_result', callback: 'callback', rework: 'rework', appeal: 'appeal', decide_appeal: 'decide_appeal', exclude: 'exclude', include: 'include', analyse: 'analyse', waive_step: 'waive_step', close: 'close', evaluate: 'evaluate', cancel: 'cancel', merge: 'merge', unmerge: 'unmerge', external: 'external', note: 'note' } as const
export type TicketAction = (typeof TicketAction)[keyof typeof TicketAction]

export const Need = { second_person: 'second_person', return_window: 'return_window', own_supervision: 'own_supervision', no_open_help: 'no_open_help', no_open_supervision: 'no_open_supervision', plan_done: 'plan_done', finding: 'finding', classified: 'classified', answered: 'answered', asked: 'asked', analysed: 'analysed', enterprise: 'enterprise' } as const
export type Need = (typeof Need)[keyof typeof Need]

export const TenStep = { intake: 'intake', assignment: 'assignment', classification: 'classification', assistance: 'assistance', supervision: 'supervision', feedback: 'feedback', callback: 'callback', appeal: 'appeal', analysis: 'analysis', evaluation: 'evaluation' } as const
export type TenStep = (typeof TenStep)[keyof typeof TenStep]

export const StepState = { done: 'done', not_applicable: 'not_applicable', open: 'open' } as const
export type StepState = (typeof StepState)[keyof typeof StepState]

export const TaskKind = { help: 'help', outside: 'outside', extension: 'extension', hold: 'hold', supervision: 'supervision', option: 'option', plan_step: 'plan_step', feedback: 'feedback', appeal: 'appeal' } as const
export type TaskKind = (typeof TaskKind)[keyof typeof TaskKind]

export const TaskState = { open: 'open', answered: 'answered', approved: 'approved', done: 'done', sent: 'sent', granted: 'granted', refused: 'refused', declined: 'declined', waived: 'waived', chosen: 'chosen', upheld: 'upheld', dismissed: 'dismissed' } as const
export type TaskState = (typeof TaskState)[keyof typeof TaskState]

export const Addressee = { requester: 'requester', platform: 'platform' } as const
export type Addressee = (typeof Addressee)[keyof typeof Addressee]

export const Stage = { opinion: 'opinion', result: 'result' } as const
export type Stage = (typeof Stage)[keyof typeof Stage]

export const Means = { phone: 'phone', wechat: 'wechat', sms: 'sms', visit: 'visit', platform: 'platform', counter: 'counter' } as const
export type Means = (typeof Means)[keyof typeof Means]

export const Finding = { reasonable: 'reasonable', partly: 'partly', unreasonable: 'unreasonable' } as const
export type Finding = (typeof Finding)[keyof typeof Finding]

export const Outcome = { solved: 'solved', service_confirmed: 'service_confirmed' } as const
export type Outcome = (typeof Outcome)[keyof typeof Outcome]

export const SupervisionLevel = { urge: 'urge', supervise: 'supervise', summon: 'summon' } as const
export type SupervisionLevel = (typeof SupervisionLevel)[keyof typeof SupervisionLevel]

export const SupervisionCause = { leaders_note: 'leaders_note', repeat: 'repeat', group: 'group', safety: 'safety', overdue: 'overdue', other: 'other' } as const
export type SupervisionCause = (typeof SupervisionCause)[keyof typeof SupervisionCause]

export const Satisfaction = { satisfied: 'satisfied', fair: 'fair', dissatisfied: 'dissatisfied' } as const
export type Satisfaction = (typeof Satisfaction)[keyof typeof Satisfaction]

export const NotAsked = { no_answer: 'no_answer', number_dead: 'number_dead', declined: 'declined', anonymous: 'anonymous', not_sampled: 'not_sampled', asked_above: 'asked_above' } as const
export type NotAsked = (typeof NotAsked)[keyof typeof NotAsked]

export const AppealCause = { return_refused: 'return_refused', bad_rating: 'bad_rating', overdue_mark: 'overdue_mark', wrong_dispatch: 'wrong_dispatch' } as const
export type AppealCause = (typeof AppealCause)[keyof typeof AppealCause]

export const Ruling = { upheld: 'upheld', dismissed: 'dismissed' } as const
export type Ruling = (typeof Ruling)[keyof typeof Ruling]
