import { t, word } from '../../i18n'
import type { KindDefinition } from '../../kinds'
import { noun } from './nouns'
import { ENTRIES, MOMENTS, SECTIONS, SHAPES } from './shape'

const PLACE = ['fields/address', 'fields/building', 'fields/stairwell', 'fields/room']

/** The visit: who went where, what was found, said, photographed and cleared. */
const visit: KindDefinition = {
  kind: 'visit',
  title: () => t('record_page.title'),
  shapes: SHAPES,
  sections: SECTIONS,
  entries: ENTRIES,
  moments: MOMENTS,
  place: (valueAt) =>
    PLACE.map((path) => valueAt(path) ?? '')
      .join(' ')
      .trim(),
  outcome: { name: () => noun('visit.fields.outcome'), text: (code) => word('visit.choices.outcome', code) },
}

export default visit
