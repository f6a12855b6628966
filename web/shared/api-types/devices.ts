// What the office sees of a phone or browser.

import type { Id, Millis } from '../api-types'

/** What a phone said that it had not sent yet. */
export interface Unsent {
  reported_at: Millis
  /** Null from an older app, which counts changes alone. */
  records: number | null
  changes: number
  photos: number
}

export interface Device {
  id: Id
  kind: 'phone' | 'browser'
  name: string
  state: 'active' | 'suspended' | 'revoked'
  enrolled_at: Millis
  last_seen_at: Millis | null
  app_version: string | null
  /** What it said when it last synced; null if it has never said anything. */
  unsent: Unsent | null
  /** Changes that the hub did not take today, because it had refused too much of this device. */
  held_back?: number
  /** Phone clock minus hub clock. */
  clock_offset_ms: number | null
}
