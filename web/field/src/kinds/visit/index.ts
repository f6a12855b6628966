import type { KindDefinition } from '../../kinds'
import { t } from '../../i18n'
import ArrivalPart from './ArrivalPart.vue'
import CleanupPart from './CleanupPart.vue'
import FindingPart from './FindingPart.vue'
import ItemsPart from './ItemsPart.vue'
import NotesPart from './NotesPart.vue'
import OutcomePart from './OutcomePart.vue'
import PeoplePart from './PeoplePart.vue'
import PersuasionPart from './PersuasionPart.vue'
import PhotosPart from './PhotosPart.vue'
import { missing, missingText, PART_OF } from './missing'
import { CHOICES, FLAGS, placeOf } from './shape'

/** The visit: who went where, what was found, said, photographed and cleared. */
const visit: KindDefinition = {
  kind: 'visit',
  title: () => t('record_page.title'),
  parts: [
    { name: 'arrival', component: ArrivalPart },
    { name: 'people', component: PeoplePart },
    { name: 'finding', component: FindingPart },
    { name: 'photos', component: PhotosPart },
    { name: 'persuasion', component: PersuasionPart },
    { name: 'items', component: ItemsPart },
    { name: 'cleanup', component: CleanupPart },
    { name: 'notes', component: NotesPart },
    { name: 'outcome', component: OutcomePart },
  ],
  missing: (view) => missing(view).map((name) => ({ name, part: PART_OF[name], text: missingText(name) })),
  place: placeOf,
  choices: CHOICES,
  flags: FLAGS,
}

export default visit
