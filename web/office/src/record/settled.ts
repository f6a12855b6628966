import { reactive } from 'vue'
import type { Disagreement, Id, Pin } from '@shared/api-types'

/** A disagreement this browser settled: kept so that the choice can be made anew. */
export interface Settled {
  disagreement: Disagreement
  chosen: string
  at: number
}

const settled = reactive(new Map<Id, Map<string, Settled>>())

export const settledOf = (visit: Id): Settled[] => [...(settled.get(visit)?.values() ?? [])]

export const rememberSettled = (visit: Id, one: Settled) => {
  const before = settled.get(visit) ?? new Map<string, Settled>()
  settled.set(visit, new Map(before).set(one.disagreement.path, one))
}

export const forgetSettled = (visit: Id, path: string) => {
  const left = new Map(settled.get(visit))
  left.delete(path)
  settled.set(visit, left)
}

/** What a reviewer has begun to write and not sent; it outlives leaving the page and signing in again. */
export interface Draft {
  pins: Pin[]
  reason: string
  remark: string
}

const drafts = reactive(new Map<Id, Draft>())

export const draftOf = (visit: Id): Draft => {
  if (!drafts.has(visit)) drafts.set(visit, { pins: [], reason: '', remark: '' })
  return drafts.get(visit) as Draft
}

export const dropDraft = (visit: Id) => drafts.delete(visit)

export const forgetDrafts = () => {
  drafts.clear()
  settled.clear()
}
