import { computed, inject, provide, type ComputedRef, type InjectionKey } from 'vue'
import type { Id, Task, Ticket } from '@shared/api-types'
import type { TaskKind, TicketAction } from '@shared/lifecycle/names'
import { t } from '../../i18n'
import { user } from '../../session'
import { unitName } from '../../units'
import type { Values } from './forms'
import { actionsOn, mayNow, tasksOf, type Viewer } from './tasks'

/** The ticket on the page, and what its parts may ask of the page. */
export interface TicketPage {
  ticket: ComputedRef<Ticket>
  viewer: ComputedRef<Viewer>
  /** Opens the form of an action, or does it where one click is enough. */
  act: (action: TicketAction, preset?: Values) => void
  /** The action that is on its way to the hub. */
  busy: ComputedRef<TicketAction | null>
}

const KEY: InjectionKey<TicketPage> = Symbol('ticket')

export const viewer = computed<Viewer>(() => ({ id: user.value?.id ?? '', role: user.value?.role ?? '', units: (user.value?.units ?? []).map((unit) => unit.id) }))

export const provideTicket = (page: TicketPage) => provide(KEY, page)

/** For the parts of the page. */
export const useTicket = () => {
  const page = inject(KEY)
  if (!page) throw new Error('a part of the ticket page stands outside it')
  const people = computed(() => new Map(page.ticket.value.events.flatMap((event) => (event.by ? [[event.by.id, event.by.name]] : []))))
  const nameOf = (id: Id | null): string => (id === null ? t('story.system') : (people.value.get(id) ?? t('person.none')))
  return {
    ...page,
    nameOf,
    /** The unit of a co-task, by today's name. */
    unitOf: (task: Task): string => (task.unit ? unitName(task.unit) || t('person.none') : ''),
    may: (action: TicketAction): boolean => mayNow(action, page.ticket.value, page.viewer.value),
    on: (task: Task): TicketAction[] => actionsOn(task, page.ticket.value, page.viewer.value),
    tasks: (...kinds: TaskKind[]): Task[] => tasksOf(page.ticket.value, ...kinds),
  }
}

/** Brings a part of the page into sight and puts the reader there. */
export const goTo = (id: string) => {
  const part = document.getElementById(id)
  if (!part) return
  part.scrollIntoView({ behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth', block: 'start' })
  part.focus({ preventScroll: true })
}

/** Where the record of each of the ten steps stands on the page. */
export const PART_OF: Record<string, string> = {
  intake: 'part-story',
  assignment: 'part-handling',
  classification: 'part-facts',
  assistance: 'part-help',
  supervision: 'part-supervision',
  feedback: 'part-feedback',
  callback: 'part-callback',
  appeal: 'part-appeal',
  analysis: 'part-analysis',
  evaluation: 'part-evaluation',
}

/** Where it is put right, if something is still missing. */
export const PART_OF_NEED: Record<string, string> = {
  no_open_help: 'part-help',
  no_open_supervision: 'part-supervision',
  plan_done: 'part-plan',
  finding: 'part-finding',
  classified: 'part-facts',
  answered: 'part-feedback',
  asked: 'part-callback',
  analysed: 'part-analysis',
  enterprise: 'part-form',
}
