import { computed } from 'vue'
import { user } from './session'

/** What each role finds in this app; the hub decides again at every call. */
const RIGHTS = {
  tickets: ['hotline_worker', 'office_reviewer', 'leader', 'community_secretary', 'grid_head', 'section_handler', 'enterprise_team'],
  review: ['hotline_worker', 'office_reviewer', 'leader', 'community_secretary', 'grid_head'],
  assign: ['hotline_worker', 'office_reviewer', 'leader', 'community_secretary', 'grid_head'],
  people: ['office_reviewer', 'leader', 'system_admin', 'security_admin', 'community_secretary', 'grid_head'],
  appoint: ['office_reviewer', 'leader', 'system_admin'],
  units: ['office_reviewer', 'leader', 'system_admin'],
  revoke: ['office_reviewer', 'leader', 'system_admin', 'security_admin'],
  confirm: ['office_reviewer', 'leader', 'system_admin', 'security_admin'],
  imports: ['hotline_worker', 'office_reviewer', 'leader'],
  intake: ['hotline_worker', 'office_reviewer', 'leader'],
  exchange: ['hotline_worker', 'office_reviewer', 'leader'],
  quarantine: ['hotline_worker', 'office_reviewer', 'leader'],
  audit: ['auditor', 'leader'],
  cotasks: ['section_handler', 'enterprise_team', 'community_secretary', 'grid_head'],
  supervise: ['hotline_worker', 'office_reviewer', 'leader'],
  callbacks: ['hotline_worker', 'office_reviewer', 'leader'],
  figures: ['hotline_worker', 'office_reviewer', 'leader'],
  decide: ['office_reviewer', 'leader'],
  classes: ['hotline_worker', 'office_reviewer', 'leader'],
  catalogue: ['office_reviewer', 'leader'],
  rules: ['hotline_worker', 'office_reviewer', 'leader'],
  write_rules: ['office_reviewer', 'leader'],
  forms: ['hotline_worker', 'office_reviewer', 'leader'],
  write_forms: ['office_reviewer', 'leader'],
  rosters: ['hotline_worker', 'office_reviewer', 'leader', 'system_admin'],
  /** Whether they belong to the team, the hub knows. */
  on_call: ['hotline_worker', 'office_reviewer', 'leader', 'system_admin', 'enterprise_team', 'section_handler', 'community_secretary', 'grid_head'],
  cards: ['hotline_worker', 'office_reviewer', 'leader'],
} as const

export type Right = keyof typeof RIGHTS

export const may = (right: Right): boolean => (RIGHTS[right] as readonly string[]).includes(user.value?.role ?? '')

/** Every role, in the order of the customer's list. */
export const ROLES = [
  'hotline_worker',
  'office_reviewer',
  'leader',
  'community_secretary',
  'grid_head',
  'grid_worker',
  'building_captain',
  'volunteer',
  'owner_rep',
  'police',
  'section_handler',
  'enterprise_team',
  'system_admin',
  'security_admin',
  'auditor',
] as const

/** Who administers and who audits is for the system administrator alone to decide. */
const ADMINISTRATIVE: readonly string[] = ['system_admin', 'security_admin', 'auditor']
const appointable = computed(() => ROLES.filter((role) => user.value?.role === 'system_admin' || !ADMINISTRATIVE.includes(role)))
/** Residents' representatives are invited to a mediation, not added by hand. */
export const INVITED = 'owner_rep'
export const grantable = computed(() => appointable.value.filter((role) => role !== INVITED))
/** Whether somebody else has to confirm an appointment to `role`: the office, and those who administer and audit. */
export const needsSecondPerson = (role: string): boolean => [...ADMINISTRATIVE, 'hotline_worker', 'office_reviewer', 'leader'].includes(role)
/** Whether this person may give a phone to somebody with `role`. */
export const mayAppoint = (role: string): boolean => may('appoint') && (appointable.value as readonly string[]).includes(role)

/** Whether this person may take a device of somebody with `role` away: the office none of an administrator. */
export const mayRevoke = (role: string): boolean => may('revoke') && (['system_admin', 'security_admin'].includes(user.value?.role ?? '') || !ADMINISTRATIVE.includes(role))
/** Whether this person may change the account of somebody: nobody changes their own. */
export const mayChange = (person: { id: string; role: string }): boolean => mayAppoint(person.role) && person.id !== user.value?.id
/** Whether this person may confirm what another one appointed. */
export const mayConfirm = (person: { id: string; appointed_by: string | null }): boolean => may('confirm') && person.appointed_by !== null && person.appointed_by !== user.value?.id && person.id !== user.value?.id

export interface Section {
  name: 'reviews' | 'cotasks' | 'tickets' | 'intake' | 'supervision' | 'callbacks' | 'figures' | 'mediations' | 'people' | 'imports' | 'exchange' | 'quarantine' | 'audit' | 'catalogue' | 'forms' | 'profiles' | 'cards'
  right: Right
}

export const SECTIONS: Section[] = [
  { name: 'reviews', right: 'review' },
  { name: 'cotasks', right: 'cotasks' },
  { name: 'tickets', right: 'tickets' },
  { name: 'intake', right: 'intake' },
  { name: 'supervision', right: 'supervise' },
  { name: 'callbacks', right: 'callbacks' },
  { name: 'figures', right: 'figures' },
  { name: 'mediations', right: 'tickets' },
  { name: 'people', right: 'people' },
  { name: 'imports', right: 'imports' },
  { name: 'exchange', right: 'exchange' },
  { name: 'quarantine', right: 'quarantine' },
  { name: 'audit', right: 'audit' },
  { name: 'catalogue', right: 'classes' },
  { name: 'forms', right: 'forms' },
  { name: 'profiles', right: 'rules' },
  { name: 'cards', right: 'cards' },
]

export const sections = computed(() => SECTIONS.filter((section) => may(section.right)))
