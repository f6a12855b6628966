import type { Device, Person } from '@shared/api-types'
import { DAY } from '../format'
import { list, t } from '../i18n'

export type Concern = 'unsent_silent' | 'silent' | 'clock' | 'suspended'

/** Without contact for this long a phone is worth a call. */
export const SILENT_MS = 3 * DAY
const CLOCK_MS = 60_000

/** What could become a problem with a device, the worst first. */
export const concernsOf = (device: Device, now: number): Concern[] => {
  if (device.state === 'revoked') return []
  const silent = device.last_seen_at === null || now - device.last_seen_at > SILENT_MS
  const unsent = device.unsent_changes + device.unsent_photos > 0
  return [
    ...(silent && unsent ? ['unsent_silent' as const] : silent && device.kind === 'phone' ? ['silent' as const] : []),
    ...(device.state === 'suspended' ? ['suspended' as const] : []),
    ...(device.clock_offset_ms !== null && Math.abs(device.clock_offset_ms) >= CLOCK_MS ? ['clock' as const] : []),
  ]
}

const weight = (person: Person, now: number) => {
  const concerns = person.devices.flatMap((device) => concernsOf(device, now))
  return concerns.includes('unsent_silent') ? 0 : concerns.length ? 1 : 2
}

/** Phones that need attention first, then by name. */
export const byConcern = (people: Person[], now: number): Person[] =>
  [...people].sort((a, b) => Number(a.state === 'disabled') - Number(b.state === 'disabled') || weight(a, now) - weight(b, now) || a.name.localeCompare(b.name, 'zh-CN'))

/** What is thought to lie on a phone, without what is not there. */
export const unsentText = (device: Pick<Device, 'unsent_changes' | 'unsent_photos'>): string =>
  list([
    device.unsent_changes ? t('people.records', { n: device.unsent_changes }) : '',
    device.unsent_photos ? t('people.photos', { n: device.unsent_photos }) : '',
  ]) || t('people.all_sent')

export interface Totals {
  phones: number
  silent: number
  records: number
  photos: number
}

export const totalsOf = (people: Person[], now: number): Totals => {
  const phones = people.flatMap((person) => person.devices).filter((device) => device.state !== 'revoked' && device.kind === 'phone')
  return {
    phones: phones.length,
    silent: phones.filter((phone) => phone.last_seen_at === null || now - phone.last_seen_at > SILENT_MS).length,
    records: phones.reduce((sum, phone) => sum + phone.unsent_changes, 0),
    photos: phones.reduce((sum, phone) => sum + phone.unsent_photos, 0),
  }
}
