import type { Batch, Replica } from '@wasm/core_wasm.js'
import { ulid } from '../ulid'
import type { Before } from './api'
import type { Keeper } from './keeper'
import type { Session } from './store'
import type { Edit, RecordView } from './views'

interface BeginningParts {
  keeper: Pick<Keeper, 'change'>
  /** The address of a ticket; empty where nobody gave one. */
  address: (ticket: string) => Promise<string>
  /** What is known from earlier visits for the ticket or to its place. */
  before: (ticket: string) => Promise<Before>
  session: () => Session
  now: () => number
}

/** How records begin: with who begins them and where. Answers the new record's id. */
export class Beginning {
  constructor(private readonly parts: BeginningParts) {}

  /**
   * A visit for a ticket by the form that fits it, with this person in it, the ticket's address filled in, and what seldom
   * changes as it was the last time: the page says so, and by whom.
   */
  async visit(ticket: string): Promise<string> {
    const { person, role } = this.parts.session()
    const now = this.parts.now()
    const me: Edit = { edit: 'put_entry', collection: 'participants', id: ulid(now), fields: { user: person, role, joined_at: now } }
    const { last } = await this.parts.before(ticket)
    const again = Object.entries(last?.fields ?? {}).map(([field, value]): Edit => ({ edit: 'set_field', field, value }))
    return this.begin('visit', ticket, [me, ...(await this.placed(ticket, 'address')), ...again], (replica) => {
      const form = replica.fitting_form(ticket)
      return form ? [{ edit: 'set_field', field: 'form', value: form }] : []
    })
  }

  /** Takes part in a record of a colleague; who was taken out of it is put back. */
  async join(doc: string): Promise<void> {
    const { person, role } = this.parts.session()
    const now = this.parts.now()
    await this.parts.keeper.change((replica): Batch => {
      const { participants = [] } = JSON.parse(replica.view(doc)) as RecordView
      const mine = participants.find((one) => one.user === person)
      if (mine && !mine.removed) return []
      const edit: Edit = mine ? { edit: 'restore_entry', collection: 'participants', id: mine.id } : { edit: 'put_entry', collection: 'participants', id: ulid(now), fields: { user: person, role, joined_at: now } }
      return replica.edit(doc, JSON.stringify(edit), now)
    })
  }

  /**
   * A mediation for a ticket: this person mediates, at the ticket's address. It is a record until somebody says otherwise; an
   * agreement needs a committee.
   */
  async mediation(ticket: string): Promise<string> {
    const { person, name, units, tenant } = this.parts.session()
    const id = ulid(this.parts.now())
    const unit = (units.find(({ kind }) => kind !== 'street')?.name ?? tenant.name).slice(0, 60)
    const me: Edit = { edit: 'put_entry', collection: 'mediators', id, fields: { user: person, name: name.slice(0, 60), unit, pos: id } }
    return this.begin('mediation', ticket, [me, { edit: 'set_field', field: 'form', value: 'record' }, ...(await this.placed(ticket, 'place'))])
  }

  private async placed(ticket: string, field: string): Promise<Edit[]> {
    const address = await this.parts.address(ticket)
    return address ? [{ edit: 'set_field', field, value: [...address].slice(0, 200).join('') }] : []
  }

  private async begin(kind: string, ticket: string, edits: Edit[], more: (replica: Replica) => Edit[] = () => []): Promise<string> {
    const { keeper, now } = this.parts
    const doc = ulid(now())
    await keeper.change((replica): Batch => {
      const at = now()
      return [replica.begin(kind, doc, ticket, at), ...[...more(replica), ...edits].map((edit) => replica.edit(doc, JSON.stringify(edit), at))].flat()
    })
    return doc
  }
}
