import { computed } from 'vue'
import { user } from './session'

/** What each role finds in this app; the hub decides again at every call. */
const RIGHTS = {
  tickets: ['hotline_worker', 'office_reviewer', 'leader', 'community_secretary', 'grid_head'],
  review: ['office_reviewer', 'leader'],
  assign: ['hotline_worker', 'office_reviewer', 'leader', 'community_secretary', 'grid_head'],
  people: ['office_reviewer', 'leader', 'system_admin', 'security_admin', 'community_secretary', 'grid_head'],
  manage_people: ['office_reviewer', 'leader', 'system_admin'],
  imports: ['hotline_worker', 'office_reviewer', 'leader'],
  quarantine: ['hotline_worker', 'office_reviewer', 'leader'],
} as const

export type Right = keyof typeof RIGHTS

export const may = (right: Right): boolean => (RIGHTS[right] as readonly string[]).includes(user.value?.role ?? '')

/** Roles somebody here may give to a new account. */
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
