import { computed, shallowRef } from 'vue'
import type { Edit } from '@shared/core/views'
import type { Standing } from '@shared/core/left'
import { placeOf } from '@shared/core/left'

/** An edit that could not be kept, the last try of its place. */
export interface Failed {
  doc: string
  edit: Edit
  base: Standing
  why: string
}

/** Over all records of this window: leaving a form does not make its words less unsaved. */
export const failed = shallowRef<Failed[]>([])

const isSame = (one: Failed, doc: string, edit: Edit) => one.doc === doc && placeOf(one.edit) === placeOf(edit)

/** The edit is kept, or needed no more. */
export function settled(doc: string, edit: Edit): void {
  if (failed.value.some((one) => isSame(one, doc, edit))) failed.value = failed.value.filter((one) => !isSame(one, doc, edit))
}

export function notKept(one: Failed): void {
  const before = failed.value.find((other) => isSame(other, one.doc, one.edit))
  failed.value = [...failed.value.filter((other) => other !== before), { ...one, base: before ? before.base : one.base }]
}

/** The words of an edit as they were written; empty if there are none. */
export function wordsOf(edit: Edit): string {
  if (edit.edit === 'set_note') return edit.text
  if (edit.edit === 'set_field') return typeof edit.value === 'string' ? edit.value : ''
  if (edit.edit === 'settle') return typeof edit.value === 'string' ? edit.value : ''
  if (edit.edit === 'mark') return edit.remark ?? ''
  if (edit.edit !== 'put_entry') return ''
  return Object.values(edit.fields).filter((value) => typeof value === 'string').join(' · ')
}

export const failedOf = (doc: () => string) => computed(() => failed.value.filter((one) => one.doc === doc()))

// A window with words that are nowhere else is not closed without a question.
window.addEventListener('beforeunload', (event) => {
  if (failed.value.length) event.preventDefault()
})
