import type { Fix } from '@shared/core/api'
import { dateText, secondsText, weekday } from '@shared/time'
import { t, type Key } from '../i18n'
import { word } from '../words'

/** The phone's clock may differ this much from the office's before the mark says so, ms. */
const TRUSTED = 60_000

export interface Marked {
  /** The kind of the record that the photo belongs to. */
  kind: string
  at: number
  /** Office clock minus phone clock; `null` before the first contact. */
  offset: number | null
  place: string
  ticketNo: string
  name: string
  fix: Fix | null
  source: 'camera' | 'gallery'
}

const degrees = (e7: number) => (e7 / 1e7).toFixed(6)

/** The lines burned into a photo: when, where, who; and honestly what is not known. */
export function watermark({ kind, at, offset, place, ticketNo, name, fix, source }: Marked): string[] {
  const time = `${dateText(at)} ${secondsText(at)} ${t(`weekday.${weekday(at)}` as Key)}`
  const unsure = offset === null || Math.abs(offset) > TRUSTED
  const position = fix ? t('watermark.position', { lat: degrees(fix.lat_e7), lon: degrees(fix.lon_e7), metres: fix.accuracy_m }) : t('watermark.no_position')
  const doubt = fix?.sign ? t('position.doubted') : ''
  return [
    [source === 'gallery' ? word(`${kind}.choices.photo_source`, source) : '', time, unsure ? t('watermark.unsure') : ''].filter(Boolean).join(' '),
    place,
    source === 'camera' ? [position, doubt].filter(Boolean).join(' ') : '',
    [ticketNo, name].filter(Boolean).join(' · '),
  ].filter(Boolean)
}
