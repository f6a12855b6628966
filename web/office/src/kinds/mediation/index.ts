import { word } from '../../i18n'
import type { KindDefinition } from '../../kinds'
import { noun } from './nouns'
import { ENTRIES, SECTIONS, SHAPES } from './shape'

/** The mediation: who stands on which side, what they claim and agree on, who signed which words, and what came of it. */
const mediation: KindDefinition = {
  kind: 'mediation',
  title: () => noun('mediation'),
  shapes: SHAPES,
  sections: SECTIONS,
  entries: ENTRIES,
  // The ticket's own events tell of it.
  moments: [],
  place: (valueAt) => String(valueAt('fields/place') ?? ''),
  outcome: { name: () => noun('mediation'), text: (code) => word('mediation.choices.standing', code) },
}

export default mediation
