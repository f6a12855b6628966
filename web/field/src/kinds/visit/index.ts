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
import { answerText, formTitle, questionAt } from './answers'
import { arrange } from './arrange'
import FormNotice from './FormNotice.vue'
import GonePart from './GonePart.vue'
import LastVisit from './LastVisit.vue'
import { missing } from './missing'
import MoreQuestionsPart from './MoreQuestionsPart.vue'
import QuestionsPart from './QuestionsPart.vue'
import { CHOICES, FLAGS, placeOf } from './shape'

const PARTS = [
  { name: 'last', component: LastVisit },
  { name: 'form', component: FormNotice },
  { name: 'arrival', component: ArrivalPart },
  { name: 'people', component: PeoplePart },
  { name: 'questions', component: QuestionsPart },
  { name: 'finding', component: FindingPart },
  { name: 'photos', component: PhotosPart },
  { name: 'persuasion', component: PersuasionPart },
  { name: 'items', component: ItemsPart },
  { name: 'cleanup', component: CleanupPart },
  { name: 'notes', component: NotesPart },
  { name: 'outcome', component: OutcomePart },
  { name: 'more_questions', component: MoreQuestionsPart },
  { name: 'gone', component: GonePart },
]
const named = (names: string[]) => names.flatMap((name) => PARTS.find((part) => part.name === name) ?? [])

/** The visit: who went where, what was found, said, photographed and cleared. */
const visit: KindDefinition = {
  kind: 'visit',
  title: () => t('record_page.title'),
  parts: PARTS,
  arrange: (_view, form) => {
    const { first, more, opened } = arrange(form)
    return { first: named(['last', 'form', ...first]), more: named(more), opened }
  },
  missing: (_view, _agreement, form) => missing(form),
  text: (_view, path, value, _contacts, form) => (path === 'fields/form' ? formTitle(form ?? null, value) : answerText(questionAt(form ?? null, path), path, value)),
  place: placeOf,
  choices: CHOICES,
  flags: FLAGS,
}

export default visit
