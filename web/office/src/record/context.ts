import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import type { PersonRef, Pin, Value, VisitStory } from '@shared/api-types'
import { canBeReviewed } from '@shared/lifecycle/rules'
import { word, type Key } from '../i18n'
import { definitionIn, type KindDefinition } from '../kinds'
import { may } from '../rights'
import { directoryOf, label, show, valuesOf, type Directory, type SharedValue } from './read'
import { draftOf } from './settled'
import { shapeOf, type Shape } from './shape'

/** What every part of a record's page needs to know. */
export interface RecordContext {
  story: ComputedRef<VisitStory>
  /** What the record's kind says. */
  definition: ComputedRef<KindDefinition>
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
  /** A value of the record in words. */
  show: (path: string, value: Value) => string
  shapeOf: (path: string) => Shape
  /** The word of the kind's list for one of its choices, as `choice('photo_role', 'before')`. */
  choice: (group: string, code: string) => string
  /** Takes the story the hub answered with. */
  update: (story: VisitStory) => void
}

/** The word on a value that is not like the others, where it is not that it came after a decision. */
export const MARK: InjectionKey<Key> = Symbol('mark')

const KEY: InjectionKey<RecordContext> = Symbol('record')

export const provideRecord = (story: ComputedRef<VisitStory>, more: () => PersonRef[], pinning: Ref<string | null>, update: (story: VisitStory) => void): RecordContext => {
  const open = computed(() => canBeReviewed(story.value.state, story.value.late) && may('review'))
  const definition = computed(() => definitionIn(story.value))
  const context: RecordContext = {
    story,
    people: computed(() => directoryOf(story.value, more())),
    values: computed(() => new Map(valuesOf(story.value).map((one) => [one.path, one]))),
    late: computed(() => new Set(story.value.late_changes)),
    disputed: computed(() => new Set(story.value.disagreements.map((one) => one.path))),
    open,
    pins: computed(() => draftOf(story.value.id).pins),
    pinning,
    pinFor: (path) => (open.value ? () => (pinning.value = path) : undefined),
    definition,
    labelOf: (path) => label(path, definition.value, story.value),
    show: (path, value) => show(path, value, definition.value, context.people.value),
    shapeOf: (path) => shapeOf(path, definition.value),
    choice: (group, code) => word(`${definition.value.kind}.choices.${group}`, code),
    update,
  }
  provide(KEY, context)
  return context
}

export const useRecord = (): RecordContext => {
  const context = inject(KEY)
  if (!context) throw new Error('a part of a record is used outside of RecordView')
  return context
}
