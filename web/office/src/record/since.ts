import type { VisitStory } from '@shared/api-types'
import { t } from '../i18n'
import { definitionIn } from '../kinds'
import { changeText, directoryOf, label, show, valuesOf } from './read'
import { shapeOf } from './shape'

/** One thing that came in while somebody was reading. */
export interface Difference {
  what: string
  who: string
}

const plain = (message: string) => /^\w+\.(?:note\.)?\w+$/.test(message)

/** What `after` says that `before` did not, in words: values with both texts, then everything else that was done. */
export const since = (before: VisitStory, after: VisitStory): Difference[] => {
  const definition = definitionIn(after)
  const people = directoryOf(after)
  const was = new Map(valuesOf(before).map((one) => [one.path, one.value]))
  const values = valuesOf(after)
    .filter((one) => shapeOf(one.path, definition).kind !== 'hidden')
    .filter((one) => (was.get(one.path) ?? null) !== (one.value ?? null))
    .map((one) => ({
      what: t('since.value', { label: label(one.path, definition, after), was: show(one.path, was.get(one.path) ?? null, definition, people), now: show(one.path, one.value, definition, people) }),
      who: one.written?.person?.name ?? t('person.none'),
    }))
  const known = new Set(before.history.map((one) => one.hash))
  const fields = new Set(valuesOf(after).map((one) => one.path.split('/')[1]))
  const acts = after.history
    .filter((one) => !known.has(one.hash))
    // A value that was written is told above, with what it was.
    .filter((one) => !plain(one.message) || !fields.has(one.message.split('.').at(-1) ?? ''))
    .map((one) => ({ what: changeText(one.message), who: one.written?.person?.name ?? t('person.none') }))
  const all = [...values, ...acts]
  return all.filter((one, index) => all.findIndex((other) => other.what === one.what && other.who === one.who) === index)
}
