// The paper as people read it before they sign: all that is signed and nothing else. What belongs to it is told by
// sync-core/src/kinds/mediation/content.rs.
import type { Entry, RecordView } from '@shared/core/views'
import { dateTimeText } from '@shared/time'
import { named } from '../../i18n'
import { claimText, partyName, standing } from './shape'
import { t } from './messages'
import { noun } from './nouns'
import { termsOf } from './terms'

/** One line: what it is, and its words. */
export interface Line {
  name: string
  words: string
}

export interface Block {
  title: string
  /** What is counted: each has its own heading and lines. */
  items: { head: string; lines: Line[] }[]
}

const line = (name: string, words: unknown): Line => ({ name, words: String(words ?? '') })
const filled = (lines: Line[]): Line[] => lines.filter(({ words }) => words !== '')
const choice = (group: string, code: unknown): string => (code ? named(`mediation.choices.${group}.${code}`) : '')

function partyItem(party: Entry): Block['items'][number] {
  const paper = [choice('id_type', party.id_type), party.id_tail].filter(Boolean).join(' ')
  return {
    head: [choice('side', party.side), party.name].filter(Boolean).join(' '),
    lines: filled([
      line(noun('mediation.parties.gender'), choice('gender', party.gender)),
      line(noun('mediation.parties.id_type'), paper),
      line(noun('mediation.parties.address'), party.address),
      line(noun('mediation.parties.agent'), party.agent),
      line(noun('mediation.parties.represents'), party.represents),
    ]),
  }
}

/** Everything that is signed, in the order of the paper. */
export function paperOf(view: RecordView): Block[] {
  const { fields } = view
  const party = (id: unknown) => partyName(view, id)
  const said = (session: string) => standing(view.statements).filter((one) => one.session === session)
  const field = (name: 'committee' | 'place' | 'facts' | 'responsibilities' | 'performance' | 'copies') => line(noun(`mediation.fields.${name}`), fields[name])
  const blocks: Block[] = [
    { title: noun('mediation.collections.parties'), items: standing(view.parties).map(partyItem) },
    {
      title: t('mediation.form.paper.matter'),
      items: [{ head: '', lines: filled([line(noun('mediation.fields.dispute'), choice('dispute', fields.dispute)), field('place'), field('facts'), field('responsibilities')]) }],
    },
    {
      title: noun('mediation.collections.claims'),
      items: standing(view.claims).map((one) => ({ head: party(one.party), lines: filled([line('', one.text), line(noun('mediation.claims.standing'), choice('claim_standing', one.standing))]) })),
    },
  ]
  if (fields.form === 'record') {
    blocks.push({
      title: noun('mediation.collections.statements'),
      items: standing(view.sessions).map((session) => ({
        head: [typeof session.at === 'number' ? dateTimeText(session.at) : '', session.place].filter(Boolean).join(' '),
        lines: filled(said(session.id).map((one) => line(party(one.party), one.text))),
      })),
    })
  }
  blocks.push(
    {
      title: noun('mediation.collections.points'),
      items: standing(view.points).map((one) => ({ head: choice('point_standing', one.standing), lines: filled([line('', one.text), line(noun('mediation.points.claim'), claimText(view, one.claim))]) })),
    },
    {
      title: noun('mediation.collections.clauses'),
      items: standing(view.clauses).map((one, i) => ({
        head: t('mediation.form.clause.nth', { n: i + 1 }),
        lines: filled([line('', one.text), line(noun('mediation.clauses.claim'), claimText(view, one.claim)), ...termsOf(one, party).map(([name, words]) => line(name, words))]),
      })),
    },
    { title: t('mediation.form.paper.whole'), items: [{ head: '', lines: filled([field('performance'), field('committee'), field('copies')]) }] },
    {
      title: noun('mediation.collections.mediators'),
      items: standing(view.mediators).map((one) => ({
        head: [one.name, one.certified === true ? noun('mediation.mediators.certified') : ''].filter(Boolean).join(t('mediation.form.list')),
        lines: filled([line(noun('mediation.mediators.unit'), one.unit)]),
      })),
    },
  )
  return blocks.map((block) => ({ ...block, items: block.items.filter(({ head, lines }) => head || lines.length) })).filter(({ items }) => items.length > 0)
}
