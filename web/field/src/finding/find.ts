import { showDialog } from 'vant'
import type { FindDraft, Fix } from '@shared/core/api'
import { core, snapshot } from '@shared/core/client'
import { workNow } from '../clock'
import { t } from '../i18n'
import { watermark } from '../record/watermark'
import { sentenceOf } from '../words'

/** Kinds of finds, as a visit calls them. */
export const FINDINGS = ['clutter', 'sanitation', 'road_occupation', 'noise', 'construction', 'network', 'other'] as const
/** Why a place is chosen by hand, as at an arrival. */
export const REASONS = ['no_signal', 'basement', 'inaccurate', 'off', 'other'] as const

/** An older position says nothing about where a photo was taken, ms. */
const FRESH = 120_000
/** A place that somebody wrote so long ago is not where they are now, ms. */
const RECENT = 2 * 3_600_000

/** Keeps a picture for the find, or begins one with it; a refusal is said at once. */
export async function pictured(id: string | null, file: File, source: 'camera' | 'gallery', position: Fix | null, place: string): Promise<FindDraft | null> {
  const now = workNow()
  const fix = source === 'camera' && position && Date.now() - position.at < FRESH ? position : null
  const taken_at = source === 'gallery' && file.lastModified > 0 && file.lastModified <= now ? file.lastModified : now
  const { clock, sync, profile } = snapshot.value
  const lines = watermark({ kind: 'visit', at: source === 'gallery' ? now : taken_at, offset: clock.offset || sync.clock_offset_ms, place, ticketNo: '', name: profile?.name ?? '', fix, source })
  try {
    return await core.photographFind(id, file, { role: 'evidence', pair: null, source, fix, place, taken_at, lines })
  } catch (error) {
    await showDialog({ title: t('photo.not_taken'), message: sentenceOf(error), confirmButtonText: t('understood') })
    return null
  }
}

/** Where the person may be: where they wrote something lately, then the units that they work for. */
export async function places(now: number): Promise<{ first: string; all: string[] }> {
  const records = (await core.records()).filter(({ own, place }) => own && place)
  const written = [...new Set(records.map(({ place }) => place))].slice(0, 3)
  const units = snapshot.value.profile?.units ?? []
  const last = records[0]
  return { first: last && now - last.changed_at < RECENT ? last.place : (units[0] ?? ''), all: [...new Set([...written, ...units])].slice(0, 5) }
}
