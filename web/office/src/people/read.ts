import type { Device, Person } from '@shared/api-types'
import { DAY } from '../format'
import { list, t } from '../i18n'

export type Concern = 'unsent_silent' | 'silent' | 'clock' | 'suspended' | 'held_back'

/** Without contact for this long a phone is worth a call. */
export const SILENT_MS = 3 * DAY
const CLOCK_MS = 60_000

/** Whether the phone said that something was left on it. */
export const isUnsent = ({ unsent }: Pick<Device, 'unsent'>): boolean => unsent !== null && unsent.changes + (unsent.records ?? 0) + unsent.photos > 0

/** What could become a problem with a device, the worst first. */
export const concernsOf = (device: Device, now: number): Concern[] => {
  if (device.state === 'revoked') return []
  const silent = device.last_seen_at === null || now - device.last_seen_at > SILENT_MS
  const unsent = isUnsent(device)
  return [
    ...(silent && unsent ? ['unsent_silent' as const] : silent && device.kind === 'phone' ? ['silent' as const] : []),
    ...(device.held_back ? ['held_back' as const] : []),
    ...(device.state === 'suspended' ? ['suspended' as const] : []),
    ...(device.clock_offset_ms !== null && Math.abs(device.clock_offset_ms) >= CLOCK_MS ? ['clock' as const] : []),
  ]
}

const weight = (person: Person, now: number) => {
  const concerns = person.devices.flatMap((device) => concernsOf(device, now))
  return concerns.includes('unsent_silent') ? 0 : concerns.length ? 1 : 2
}

/** Who keeps the system is not who works with it. */
const KEEPERS = ['system_admin', 'security_admin', 'auditor']
const isKeeper = (person: Person) => Number(KEEPERS.includes(person.role))

/** Phones that need attention first, then by name; those who keep the system and disabled accounts last. */
export const byConcern = (people: Person[], now: number): Person[] =>
  [...people].sort(
    (a, b) => Number(a.state === 'disabled') - Number(b.state === 'disabled') || weight(a, now) - weight(b, now) || isKeeper(a) - isKeeper(b) || a.name.localeCompare(b.name, 'zh-CN'),
  )

/** What the phone said is on it, without what is not there. */
export const unsentText = ({ unsent }: Pick<Device, 'unsent'>): string => {
  if (!unsent) return t('people.not_reported')
  const { records, changes, photos } = unsent
  const written = records ? t('people.records', { n: records }) : records === null && changes ? t('people.changes', { n: changes }) : ''
  return list([written, photos ? t('people.photos', { n: photos }) : '']) || t('people.all_sent')
}

export interface Totals {
  phones: number
  silent: number
  /** Phones that have never said what is on them. */
  unreported: number
  records: number
  photos: number
}

export const totalsOf = (people: Person[], now: number): Totals => {
  const phones = people.flatMap((person) => person.devices).filter((device) => device.state !== 'revoked' && device.kind === 'phone')
  return {
    phones: phones.length,
    silent: phones.filter((phone) => phone.last_seen_at === null || now - phone.last_seen_at > SILENT_MS).length,
    unreported: phones.filter((phone) => phone.unsent === null).length,
    records: phones.reduce((sum, { unsent }) => sum + (unsent?.records ?? 0), 0),
    photos: phones.reduce((sum, { unsent }) => sum + (unsent?.photos ?? 0), 0),
  }
}
