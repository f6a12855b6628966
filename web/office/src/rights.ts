import { computed } from 'vue'
import { user } from './session'

/** What each role finds in this app; the hub decides again at every call. */
const RIGHTS = {
  tickets: ['hotline_worker', 'office_reviewer', 'leader', 'community_secretary', 'grid_head'],
  review: ['hotline_worker', 'office_reviewer', 'leader', 'community_secretary', 'grid_head'],
  assign: ['hotline_worker', 'office_reviewer', 'leader', 'community_secretary', 'grid_head'],
  people: ['office_reviewer', 'leader', 'system_admin', 'security_admin', 'community_secretary', 'grid_head'],
  appoint: ['office_reviewer', 'leader', 'system_admin'],
  revoke: ['office_reviewer', 'leader', 'system_admin', 'security_admin'],
  imports: ['hotline_worker', 'office_reviewer', 'leader'],
  quarantine: ['hotline_worker', 'office_reviewer', 'leader'],
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
  'police',
  'section_handler',
  'enterprise_team',
  'system_admin',
  'security_admin',
  'auditor',
] as const

/** Who administers and who audits is for the system administrator alone to decide. */
const ADMINISTRATIVE: readonly string[] = ['system_admin', 'security_admin', 'auditor']
export const grantable = computed(() => ROLES.filter((role) => user.value?.role === 'system_admin' || !ADMINISTRATIVE.includes(role)))
/** Whether this person may give a phone to somebody with `role`. */
export const mayAppoint = (role: string): boolean => may('appoint') && (grantable.value as readonly string[]).includes(role)

export interface Section {
  name: 'reviews' | 'tickets' | 'people' | 'imports' | 'quarantine'
  right: Right
}

export const SECTIONS: Section[] = [
  { name: 'reviews', right: 'tickets' },
  { name: 'tickets', right: 'tickets' },
  { name: 'people', right: 'people' },
  { name: 'imports', right: 'imports' },
  { name: 'quarantine', right: 'quarantine' },
]

export const sections = computed(() => SECTIONS.filter((section) => may(section.right)))
