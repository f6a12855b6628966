// A residents' representative works on nothing but their own mediations: their app has a home and pages of its own.

/** The word of the role in the hub's answers. */
const REPRESENTATIVE = 'owner_rep'
/** Helps at the place; by which number somebody can be reached is not theirs to know. */
const VOLUNTEER = 'volunteer'

/** 轻角色: they help beside other work, and see three things to do and nothing else (S4, S40). */
const LIGHT = ['building_captain', VOLUNTEER]
export const isLight = (role: string | undefined): boolean => role !== undefined && LIGHT.includes(role)

export const isRepresentative = (role: string | undefined): boolean => role === REPRESENTATIVE

/** Whether this role may let a representative of a party in. */
export const invitesRepresentatives = (role: string | undefined): boolean => role !== undefined && role !== VOLUNTEER && !isRepresentative(role)

/** Where the app begins. */
export const homeOf = (role: string | undefined): string => (isRepresentative(role) ? '/mediations' : isLight(role) ? '/home' : '/tasks')

/** Pages that everybody has. */
const COMMON = ['/enrol', '/sync', '/me', '/guide']

/**
 * Where somebody with this role gets who asks for `path`: to the page itself, to the same record on a page of their own, or
 * to their home. An address that was typed is no way around it.
 */
export function allowed(role: string | undefined, path: string): string {
  if (COMMON.includes(path)) return path
  const [, page = '', id = ''] = path.split('/')
  const own = page === 'mediations' || page === 'mediation'
  if (isRepresentative(role)) return own ? path : page === 'visit' && id ? `/mediation/${id}` : homeOf(role)
  if (page === 'home') return homeOf(role)
  return !own ? path : page === 'mediation' && id ? `/visit/${id}` : homeOf(role)
}
