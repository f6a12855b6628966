import type { PhotoState } from '@shared/core/api'
import type { GlyphName } from '../components/Glyph.vue'
import type { Key } from '../i18n'

/** Where a photo or a voice note stands on its way to the office, for its tag. */
export interface Sending {
  glyph: GlyphName
  key: Key
  tone: string
  places: Record<string, number>
}

/** `known`: what this phone knows of the file; nothing of one that another phone made. */
export function sending(known: PhotoState | undefined): Sending {
  if (!known) return { glyph: 'office', key: 'photo.theirs', tone: 'info', places: {} }
  if (known.state === 'sent') return { glyph: 'office', key: 'photo.sent', tone: 'success', places: {} }
  if (known.state === 'refused') return { glyph: 'warn', key: 'photo.refused', tone: 'danger', places: {} }
  if (known.offset > 0) return { glyph: 'up', key: 'photo.part', tone: 'info', places: { percent: Math.floor((known.offset / known.size) * 100) } }
  return { glyph: 'phone', key: 'photo.waiting', tone: 'warning', places: {} }
}
