import type { Entry, RecordView } from '@shared/core/views'
import { t } from './messages'
import { noun } from './nouns'

/** What the office will ask for before it can approve; each is a place of the form. */
export type Missing = 'arrival' | 'people' | 'finding' | 'photo' | 'before_after' | 'next_visit' | 'cleanup' | 'outcome'

const present = (entries: Entry[] = []) => entries.filter((entry) => !entry.removed)

/** What is still missing before a visit can be submitted, in the order of the form. */
export function missing(view: RecordView): Missing[] {
  const { fields } = view
  const photos = present(view.photos)
  const cleared = fields.cleanup_state === 'done' || fields.cleanup_state === 'partial'
  // A first photo of a place names no pair: later ones name it. As the form lays them side by side (PhotosPart.vue).
  const pairs = new Set(photos.filter((photo) => photo.role === 'before').map((photo) => photo.pair ?? photo.id))
  const paired = photos.some((photo) => photo.role === 'after' && pairs.has(photo.pair ?? photo.id))
  const refusals = present(view.persuasions).filter((entry) => entry.reaction === 'refused')
  const checks: [Missing, boolean][] = [
    ['arrival', present(view.arrivals).length === 0],
    ['people', present(view.participants).length === 0],
    ['finding', !fields.finding_kind],
    ['photo', photos.length === 0],
    ['before_after', cleared && photos.length > 0 && !paired],
    ['next_visit', refusals.some((entry) => !entry.next_visit_at) && !fields.next_visit_at],
    ['cleanup', !fields.cleanup_state],
    ['outcome', !fields.outcome],
  ]
  return checks.filter(([, lacking]) => lacking).map(([name]) => name)
}

/** The part of the form where a missing thing is filled in. */
export const PART_OF: Record<Missing, string> = {
  arrival: 'arrival',
  people: 'people',
  finding: 'finding',
  photo: 'photos',
  before_after: 'photos',
  next_visit: 'persuasion',
  cleanup: 'cleanup',
  outcome: 'outcome',
}

/** What a missing thing is called: as the form asks for it. */
export function missingText(what: Missing): string {
  if (what === 'arrival') return noun('visit.collections.arrivals')
  if (what === 'people') return noun('visit.collections.participants')
  if (what === 'finding') return t('visit.form.finding.kind')
  if (what === 'cleanup') return t('visit.form.cleanup.state')
  if (what === 'outcome') return noun('visit.fields.outcome')
  return t(`visit.form.missing.${what}`)
}
