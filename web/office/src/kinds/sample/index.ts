import { named, word } from '../../i18n'
import type { KindDefinition } from '../../kinds'
import { oneOf } from '../../record/shape'

/** The sample: where it was taken, and whether it was clean. */
const sample: KindDefinition = {
  kind: 'sample',
  title: () => named('sample'),
  shapes: { 'fields/result': oneOf('sample.choices.result', ['clean', 'dirty']) },
  sections: [{ name: 'spot', title: () => named('sample'), paths: ['fields/place', 'fields/result'] }],
  entries: {},
  moments: [],
  place: (valueAt) => String(valueAt('fields/place') ?? ''),
  outcome: { name: () => named('sample.fields.result'), text: (code) => word('sample.choices.result', code) },
}

export default sample
