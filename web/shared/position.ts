// Whether a position can be believed. Browsers do not tell of mock locations: what remains are signs that can be argued.

/** `still`: the same to the last digit again and again; `exact`: exacter than a phone's receiver; `jump`: faster than a train; `clock`: of another time. */
export type MockSign = 'still' | 'exact' | 'jump' | 'clock'

/** An update of the phone's position, as the browser gave it. */
export interface Heard {
  /** Degrees. */
  lat: number
  lon: number
  /** Metres. */
  accuracy: number
  /** Time of the position, ms. */
  at: number
  /** When it was heard, ms: by the phone's clock, and by the office's as far as it is known. */
  heard: number
  work: number
}

/** A position older than this says nothing about where somebody is, ms. */
export const FRESH = 120_000

/** A receiver trembles in the last digits; one that does not in so many updates and this long, and claims to be exact, is none. */
const STILL_UPDATES = 10
const STILL_FOR = 60_000
/** Positions by Wi-Fi and masts stay the same for hours; they are never this exact. Metres. */
const RECEIVER = 20
/** No phone is always within one metre. Metres. */
const TOO_EXACT = 1
const EXACT_UPDATES = 5
/** Faster than any train of the city, m/s: 300 km/h. */
const FASTEST = 300 / 3.6
/** Nearer than this nobody has jumped, metres: masts differ so much. */
const LEAST_JUMP = 1_000
/** A jump is held against what comes after it so long, ms. */
const JUMP_LASTS = 120_000
/** Phones ask for positions of the last 5 s; a clock may be wrong by minutes, ms. */
const WRONG_TIME = 600_000
/** Updates that are kept. */
const MOST = 60

const EARTH = 6_371_000
const radians = (degrees: number) => (degrees * Math.PI) / 180

const metres = (a: Heard, b: Heard): number => {
  const h = Math.sin(radians(b.lat - a.lat) / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(radians(b.lon - a.lon) / 2) ** 2
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** How far a position's time is from when it was heard, ms. Some phones take it from the satellites, some from their own clock: the kinder reading counts. */
export const lag = ({ at, heard, work }: Heard): number => Math.min(Math.abs(heard - at), Math.abs(work - at))

/** The last updates with one more. */
export const remembered = (past: Heard[], next: Heard): Heard[] => [...past, next].slice(-MOST)

const jumped = (a: Heard, b: Heard) => {
  const far = metres(a, b) - a.accuracy - b.accuracy
  return far > LEAST_JUMP && far / Math.max(1, (b.heard - a.heard) / 1000) > FASTEST
}

/** Why the last of these updates, oldest first, is not believed; `null` when nothing speaks against it. */
export function signOf(past: Heard[]): MockSign | null {
  const last = past.at(-1)
  if (!last) return null
  if (lag(last) > WRONG_TIME) return 'clock'
  const jump = past.findIndex((one, i) => i > 0 && last.heard - one.heard <= JUMP_LASTS && jumped(past[i - 1] as Heard, one))
  if (jump > 0) return 'jump'
  const exact = past.slice(-EXACT_UPDATES)
  if (exact.length === EXACT_UPDATES && exact.every(({ accuracy }) => accuracy === last.accuracy && accuracy <= TOO_EXACT)) return 'exact'
  const same = past.length - 1 - past.findLastIndex((one) => one.lat !== last.lat || one.lon !== last.lon || one.accuracy !== last.accuracy)
  const first = past[past.length - same]
  if (first && last.accuracy <= RECEIVER && same >= STILL_UPDATES && last.heard - first.heard >= STILL_FOR) return 'still'
  return null
}
