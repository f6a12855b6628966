import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import type { PersonRef, Pin, VisitStory } from '@shared/api-types'
import { canBeReviewed } from '@shared/lifecycle/rules'
import { may } from '../rights'
import { directoryOf, label, valuesOf, type Directory, type SharedValue } from './read'
import { draftOf } from './settled'

/** What every part of a visit's page needs to know. */
export interface VisitContext {
  story: ComputedRef<VisitStory>
  people: ComputedRef<Directory>
  /** Values by path. */
  values: ComputedRef<Map<string, SharedValue>>
  /** Hashes of changes that came after the decision. */
  late: ComputedRef<Set<string>>
  disputed: ComputedRef<Set<string>>
  /** The signed-in person may decide, and the visit waits for a decision or something came in after it. */
  open: ComputedRef<boolean>
  pins: ComputedRef<Pin[]>
  /** The path whose remark is being written. */
  pinning: Ref<string | null>
  /** Starts writing a remark on `path`; undefined where that is not possible. */
  pinFor: (path: string) => (() => void) | undefined
  labelOf: (path: string) => string
  /** Takes the story the hub answered with. */
  update: (story: VisitStory) => void
}

const KEY: InjectionKey<VisitContext> = Symbol('visit')

export const provideVisit = (story: ComputedRef<VisitStory>, more: () => PersonRef[], pinning: Ref<string | null>, update: (story: VisitStory) => void): VisitContext => {
  const open = computed(() => canBeReviewed(story.value.state, story.value.late) && may('review'))
  const context: VisitContext = {
    story,
    people: computed(() => directoryOf(story.value, more())),
    values: computed(() => new Map(valuesOf(story.value).map((one) => [one.path, one]))),
    late: computed(() => new Set(story.value.late_changes)),
    disputed: computed(() => new Set(story.value.disagreements.map((one) => one.path))),
    open,
    pins: computed(() => draftOf(story.value.id).pins),
    pinning,
    pinFor: (path) => (open.value ? () => (pinning.value = path) : undefined),
    labelOf: (path) => label(path, story.value),
    update,
  }
  provide(KEY, context)
  return context
}

export const useVisit = (): VisitContext => {
  const context = inject(KEY)
  if (!context) throw new Error('a part of a visit is used outside of RecordView')
  return context
}
