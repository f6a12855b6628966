import type { Entry } from '@shared/core/views'

/** Before and after of one spot are not further apart than this, metres; the core decides by the same (sync-core/src/kinds/visit/pair.rs). */
export const SPOT_METRES = 50

/** Length of a degree of latitude, metres. */
const DEGREE = 111_195

/** Metres between the positions of two photos; `null` where one has none. */
export function metresOf(a: Entry, b: Entry): number | null {
  const [latA, lonA, latB, lonB] = [a.lat_e7, a.lon_e7, b.lat_e7, b.lon_e7].map((value) => (typeof value === 'number' ? value / 1e7 : null))
  if (latA == null || lonA == null || latB == null || lonB == null) return null
  return Math.hypot((latA - latB) * DEGREE, (lonA - lonB) * DEGREE * Math.cos((latA * Math.PI) / 180))
}
