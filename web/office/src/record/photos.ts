import type { Entry, PhotoUse, VisitStory } from '@shared/api-types'
import { metresBetween } from '../format'
import { authorOf, living, numberOf, raw, textOf } from './read'

export interface Photo {
  id: string
  entry: Entry
  sha256: string
  role: string
  /** What somebody said: to be heard, and no picture. */
  voice: boolean
  /** How long that is, ms. */
  duration: number | null
  takenAt: number | null
  place: { lat_e7: number; lon_e7: number; accuracy: number | null } | null
  /** Named by the record, not on the hub yet. */
  pending: boolean
  gallery: boolean
  /** Where else it was used. */
  uses: PhotoUse[]
  /** Code of what speaks against its position; empty when nothing does. */
  doubt: string
  /** Number among the visit's photos, from 1. */
  number: number
}

export type PairWarning = 'same_photo' | 'after_earlier' | 'far_apart' | 'no_place'

export interface Pair {
  id: string
  before: Photo
  after: Photo
  gap: number | null
  metres: number | null
  warnings: PairWarning[]
}

/** Before and after of one spot should not be further apart than this. */
export const SPOT_METRES = 50

const placeOf = (entry: Entry): Photo['place'] => {
  const [lat_e7, lon_e7] = [numberOf(entry, 'lat_e7'), numberOf(entry, 'lon_e7')]
  return lat_e7 === null || lon_e7 === null ? null : { lat_e7, lon_e7, accuracy: numberOf(entry, 'accuracy_m') }
}

export const photosOf = (story: VisitStory): Photo[] => {
  const pending = new Set(story.photos_pending)
  return living(story.collections.photos).map((entry, index) => ({
    id: entry.id,
    entry,
    sha256: textOf(entry, 'sha256'),
    role: textOf(entry, 'role') || 'evidence',
    voice: textOf(entry, 'role') === 'voice',
    duration: numberOf(entry, 'duration_ms'),
    takenAt: numberOf(entry, 'taken_at'),
    place: placeOf(entry),
    pending: pending.has(textOf(entry, 'sha256')),
    uses: story.photos_used.filter(({ photo }) => photo === textOf(entry, 'sha256')),
    gallery: textOf(entry, 'source') === 'gallery',
    doubt: raw(entry, 'mock') === true ? textOf(entry, 'mock_sign') || 'other' : '',
    number: index + 1,
  }))
}

const original = (photo: Photo) => textOf(photo.entry, 'original_sha256') || photo.sha256

/** Whether two entries show one and the same picture. */
export const samePicture = (a: Photo, b: Photo): boolean => a.sha256 === b.sha256 || original(a) === original(b)

/** Whether nothing speaks against a photo having been taken on site. */
export const isOnSite = (photo: Photo): boolean => !photo.gallery && !photo.doubt

/** Ids of photos that repeat another one of the visit. */
export const repeated = (photos: Photo[]): Set<string> => new Set(photos.filter((photo) => photos.some((other) => other !== photo && samePicture(other, photo))).map((photo) => photo.id))

const judge = (before: Photo, after: Photo): Pair => {
  const gap = before.takenAt !== null && after.takenAt !== null ? after.takenAt - before.takenAt : null
  const metres = before.place && after.place ? metresBetween(before.place, after.place) : null
  const warnings: PairWarning[] = []
  if (samePicture(before, after)) warnings.push('same_photo')
  if (gap !== null && gap < 0) warnings.push('after_earlier')
  if (metres !== null && metres > SPOT_METRES) warnings.push('far_apart')
  if (metres === null) warnings.push('no_place')
  return { id: `${before.id}+${after.id}`, before, after, gap, metres, warnings }
}

/**
 * Pairs of before and after. `pair` names the partner's entry id, or is a word both partners carry;
 * what stays without a partner is returned apart.
 */
export const pairsOf = (photos: Photo[]): { pairs: Pair[]; single: Photo[] } => {
  const taken = new Set<string>()
  const pairs: Pair[] = []
  for (const after of photos.filter((photo) => photo.role === 'after')) {
    const mark = textOf(after.entry, 'pair')
    const before = photos.find(
      (photo) => photo.role === 'before' && !taken.has(photo.id) && (photo.id === mark || textOf(photo.entry, 'pair') === after.id || (mark !== '' && textOf(photo.entry, 'pair') === mark)),
    )
    if (!before) continue
    taken.add(before.id).add(after.id)
    pairs.push(judge(before, after))
  }
  return { pairs, single: photos.filter((photo) => !taken.has(photo.id)) }
}

/** Two photos side by side that nobody paired, the earlier one left. */
export const compareTwo = (a: Photo, b: Photo): Pair => ((a.takenAt ?? 0) <= (b.takenAt ?? 0) ? judge(a, b) : judge(b, a))

export interface Waiting {
  device: string
  lastSeenAt: number | null
  photos: Photo[]
}

/** Photos still on phones, by phone. */
export const waitingOf = (story: VisitStory, photos: Photo[]): Waiting[] => {
  const byDevice = new Map<string, Waiting>()
  for (const photo of photos.filter((one) => one.pending)) {
    const device = photo.entry.values.sha256?.written?.device ?? authorOf(photo.entry)?.device ?? null
    const key = device?.id ?? ''
    const waiting = byDevice.get(key) ?? { device: device?.name ?? '', lastSeenAt: story.devices.find((one) => one.id === key)?.last_seen_at ?? null, photos: [] }
    waiting.photos.push(photo)
    byDevice.set(key, waiting)
  }
  return [...byDevice.values()]
}
