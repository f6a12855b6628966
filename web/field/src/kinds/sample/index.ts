import type { KindDefinition } from '../../kinds'
import { named } from '../../i18n'
import SpotPart from './SpotPart.vue'

/** The sample: where it was taken, and whether it was clean. */
const sample: KindDefinition = {
  kind: 'sample',
  title: () => named('sample'),
  parts: [{ name: 'spot', component: SpotPart }],
  missing: ({ fields }) => (fields.result ? [] : [{ name: 'result', part: 'spot', text: named('sample.fields.result') }]),
  place: ({ fields }) => String(fields.place ?? ''),
  choices: { 'fields/result': 'sample.choices.result' },
  flags: {},
}

export default sample
