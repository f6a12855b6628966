import type { KindDefinition } from '../../kinds'
import ClaimsPart from './ClaimsPart.vue'
import ClausesPart from './ClausesPart.vue'
import ConsultationsPart from './ConsultationsPart.vue'
import MediationFoot from './MediationFoot.vue'
import { isContact } from './contacts'
import { t, type Message } from './messages'
import { noun } from './nouns'
import PaperPart from './PaperPart.vue'
import PartiesPart from './PartiesPart.vue'
import PerformancePart from './PerformancePart.vue'
import PhotosPart from './PhotosPart.vue'
import PointsPart from './PointsPart.vue'
import ReportsPart from './ReportsPart.vue'
import SessionsPart from './SessionsPart.vue'
import { CHOICES, FLAGS, partOfGap, placeOf, textOf } from './shape'
import SignPart from './SignPart.vue'
import StandingPart from './StandingPart.vue'

/** The mediation: who stands on which side, what they claim and agree on, who signed which words, what came of it. */
const mediation: KindDefinition = {
  kind: 'mediation',
  title: () => noun('mediation'),
  parts: [
    { name: 'standing', component: StandingPart },
    { name: 'reports', component: ReportsPart },
    { name: 'parties', component: PartiesPart },
    { name: 'claims', component: ClaimsPart },
    { name: 'sessions', component: SessionsPart },
    { name: 'consultations', component: ConsultationsPart },
    { name: 'points', component: PointsPart },
    { name: 'clauses', component: ClausesPart },
    { name: 'paper', component: PaperPart },
    { name: 'photos', component: PhotosPart },
    { name: 'sign', component: SignPart },
    { name: 'performance', component: PerformancePart },
  ],
  missing: (_, agreement) => (agreement?.gaps ?? []).map(({ code, path }) => ({ name: `${code} ${path}`, part: partOfGap(code), text: t(`mediation.form.gap.${code}` as Message) })),
  place: placeOf,
  choices: CHOICES,
  flags: FLAGS,
  text: textOf,
  settles: true,
  // Nobody chooses between numbers that they cannot read.
  maySettle: (path, contacts) => !isContact(path) || contacts?.key === 'here',
  foot: MediationFoot,
}

export default mediation
