// What somebody has typed into a form of a ticket and not sent yet: it survives a reload of the page, an error and a colleague
// who was faster, on this tab alone. The computers are shared, so it is kept under the person's id.

import { ref } from 'vue'
import type { Id } from '@shared/api-types'
import type { TicketAction } from '@shared/lifecycle/names'
import { TicketAction as Action } from '@shared/lifecycle/names'
import type { Values } from './forms'

const HEAD = 'warmline.draft'

export interface Draft {
  action: TicketAction
  /** Names the task or step that it is about. */
  preset: Values
  values: Values
}

/** Counts up with each change, so that pages see it. */
const turns = ref(0)

const store = (): Storage | null => (typeof sessionStorage === 'undefined' ? null : sessionStorage)
const about = (preset: Values) => String(preset.task ?? preset.step ?? preset.addressee ?? '')
const place = (person: Id, ticket: Id) => `${HEAD}:${person}:${ticket}:`
const keyOf = (person: Id, ticket: Id, action: TicketAction, preset: Values) => `${place(person, ticket)}${action}:${about(preset)}`

const read = (text: string | null): Draft | null => {
  try {
    const draft = JSON.parse(text ?? 'null') as Draft | null
    return draft && draft.action in Action ? draft : null
  } catch {
    return null
  }
}

export const draftOf = (person: Id, ticket: Id, action: TicketAction, preset: Values): Draft | null => read(store()?.getItem(keyOf(person, ticket, action, preset)) ?? null)

export const keepDraft = (person: Id, ticket: Id, draft: Draft) => {
  try {
    store()?.setItem(keyOf(person, ticket, draft.action, draft.preset), JSON.stringify(draft))
    turns.value += 1
  } catch {
    // The tab's storage is full: what is typed stays in the form as long as the page does.
  }
}

export const dropDraft = (person: Id, ticket: Id, action: TicketAction, preset: Values) => {
  store()?.removeItem(keyOf(person, ticket, action, preset))
  turns.value += 1
}

const keys = (): string[] => {
  const kept = store()
  return kept ? Array.from({ length: kept.length }, (_, index) => kept.key(index) ?? '').filter((key) => key.startsWith(`${HEAD}:`)) : []
}

/** Everything begun and not sent on this ticket. */
export const draftsOf = (person: Id, ticket: Id): Draft[] => {
  void turns.value
  const found = keys().filter((key) => key.startsWith(place(person, ticket)))
  return found.sort().flatMap((key) => read(store()?.getItem(key) ?? null) ?? [])
}

/** Whoever signs in next does not find what another person began. */
export const dropDraftsOfOthers = (person: Id) => {
  for (const key of keys()) if (!key.startsWith(`${HEAD}:${person}:`)) store()?.removeItem(key)
  turns.value += 1
}
