import type { Clock, Level } from '@shared/core/views'
import { isLate } from '@shared/deadline'
import type { GlyphName } from '../components/Glyph.vue'

/** Colours go with words, never alone. */
const TONES: Record<Level, string> = { green: 'success', blue: 'info', yellow: 'warning', red: 'danger', purple: 'danger' }

export const toneOf = (level: Level | null | undefined): string => (level ? TONES[level] : '')

export const glyphOf = (clock: Clock): GlyphName => (clock.state === 'met' ? 'check' : isLate(clock.level) || clock.state === 'missed' ? 'warn' : 'wait')
