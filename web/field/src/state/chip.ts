import type { Snapshot } from '@shared/core/api'
import { clockText } from '@shared/time'
import type { GlyphName } from '../components/Glyph.vue'
import type { Key } from '../i18n'

export interface Chip {
  tone: 'success' | 'info' | 'neutral' | 'warning' | 'danger'
  glyph: GlyphName
  key: Key
  places: Record<string, string | number>
  turning: boolean
}

/** Failures that a person has to act on; the rest cures itself and must not look like an error. */
const needsPerson = (snapshot: Snapshot) =>
  snapshot.session_ended !== null ||
  snapshot.unsent.photos_refused > 0 ||
  (snapshot.sync.error !== null && snapshot.sync.error.code !== 'unreachable')

/** How old a good round trip may be before the phone no longer says that it is in touch. */
const FRESH = 120_000

/** The one truth about sending, for its fixed place on every page. It follows the last round trip, not what the browser believes. */
export function chip(snapshot: Snapshot, now: number): Chip {
  const { sync, unsent, lane } = snapshot
  const waiting = unsent.visits + unsent.photos
  const make = (tone: Chip['tone'], glyph: GlyphName, key: Key, places: Chip['places'] = {}, turning = false): Chip => ({ tone, glyph, key, places, turning })

  if (needsPerson(snapshot)) return make('danger', 'warn', 'chip.failed')
  if (sync.running && unsent.visits > 0) return make('info', 'turn', 'chip.sending', {}, true)
  if (lane.sending) return make('info', 'up', 'chip.photos', { done: Math.min(lane.total, lane.done + 1), total: lane.total })
  if (sync.error) return waiting > 0 ? make('neutral', 'phone', 'chip.offline', { count: waiting }) : make('neutral', 'phone', 'chip.offline_clean')
  if (waiting > 0) return make('warning', 'up', 'chip.waiting', { count: waiting })
  if (snapshot.released !== null) return make('success', 'check', 'chip.released')
  if (sync.last_ok_at === null) return sync.running ? make('info', 'turn', 'chip.first', {}, true) : make('neutral', 'phone', 'chip.never')
  return make(now - sync.last_ok_at <= FRESH ? 'success' : 'neutral', 'check', 'chip.done', { time: clockText(sync.last_ok_at) })
}
