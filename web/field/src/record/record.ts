import { workNow } from '../clock'
import { showToast } from 'vant'
import { computed, inject, provide, ref, shallowReactive, shallowRef, watch, type ComputedRef, type InjectionKey, type Ref, type ShallowRef } from 'vue'
import type { Fix, VisitPage } from '@shared/core/api'
import { core, Failure, snapshot } from '@shared/core/client'
import { standing } from '@shared/core/left'
import { stageOf } from '@shared/core/stage'
import type { Aside, Collection, Conflict, Edit, Entry, Reference, Value } from '@shared/core/views'
import { Decision, ReviewState } from '@shared/lifecycle/names'
import { isDiscarded } from '@shared/lifecycle/rules'
import { ulid } from '@shared/ulid'
import type { FixState } from '../fix'
import type { KindDefinition } from '../kinds'
import { sentenceOf, word } from '../words'
import { failedOf, notKept, settled, type Failed } from './failed'
import { valueText } from './values'

/** One open record, shared by all parts of its form. */
export interface Record {
  page: Readonly<ShallowRef<VisitPage | null>>
  /** Shows an answer of the core, unless one that was asked for later came first. */
  show: (answer: Promise<VisitPage | null>) => Promise<void>
  /** What its kind says; none before it is loaded, or when this version does not know the kind. */
  definition: ComputedRef<KindDefinition | undefined>
  /** The record is not on this phone. */
  gone: Ref<boolean>
  reference: ShallowRef<Reference>
  stage: ComputedRef<ReviewState>
  readonly: ComputedRef<boolean>
  saving: Ref<number>
  savedAt: Ref<number | null>
  /** Edits that could not be kept, the last try of each place. */
  failed: ComputedRef<Failed[]>
  /** Tries them again, oldest first. */
  retry: () => Promise<void>
  fix: Ref<Fix | null>
  fixState: Ref<FixState>
  field: (name: string) => Value
  text: (name: string) => string
  commit: (edit: Edit) => Promise<boolean>
  set: (field: string, value: Value) => Promise<boolean>
  put: (collection: Collection, id: string, fields: globalThis.Record<string, Value>) => Promise<boolean>
  nameOf: (person: unknown) => string
  /** The word of the kind's list for one of its choices, as `choice('photo_role', 'before')`. */
  choice: (group: string, code: unknown) => string
  /** A value of the record as people read it. */
  valueText: (path: string, value: Value) => string
  conflict: (path: string) => Conflict | undefined
  /** Own words at this place that are not in the record. */
  aside: (path: string) => Aside | undefined
  /** Whether the parts that come last are shown. */
  more: Ref<boolean>
  /** Paths whose remarks and versions are shown at their own place on the page now. */
  places: Set<string>
  /** Remarks of the last return at this place. */
  pins: (path: string) => string[]
}

const KEY: InjectionKey<Record> = Symbol('record')

export function useRecord(): Record {
  const record = inject(KEY)
  if (!record) throw new Error('no record around')
  return record
}

let askedPersistence = false

/** Asks the browser to keep our data for good; only after something was saved, as browsers want it. */
function askPersistence(): void {
  if (askedPersistence) return
  askedPersistence = true
  void navigator.storage?.persist?.().catch(() => false)
}

export function provideRecord(doc: () => string, position: { fix: Ref<Fix | null>; state: Ref<FixState> }, findDefinition: (kind: string) => KindDefinition | undefined): Record {
  const page = shallowRef<VisitPage | null>(null)
  const gone = ref(false)
  const reference = shallowRef<Reference>({ people: [], units: [] })
  const saving = ref(0)
  const savedAt = ref<number | null>(null)
  const failed = failedOf(doc)
  const more = ref(false)
  watch(doc, () => (more.value = false))

  let asked = 0
  let shown = 0
  const show = async (answer: Promise<VisitPage | null>) => {
    const mine = ++asked
    const of = doc()
    const found = await answer
    if (mine < shown || of !== doc()) return
    shown = mine
    page.value = found
    gone.value = found === null
  }
  const load = () => show(core.visit(doc())).catch(() => undefined)
  watch(doc, load, { immediate: true })
  // What was saved of another record says nothing of this one.
  watch(doc, () => (savedAt.value = null))
  watch(() => [snapshot.value.rev.visits, snapshot.value.rev.media], load)
  watch(
    () => snapshot.value.rev.reference,
    async () => (reference.value = await core.reference().catch(() => reference.value)),
    { immediate: true },
  )

  async function commit(edit: Edit): Promise<boolean> {
    saving.value += 1
    const of = doc()
    const base = page.value ? standing(page.value.view, edit) : undefined
    try {
      await show(core.edit(of, edit, base))
      if (of === doc()) savedAt.value = workNow()
      settled(of, edit)
      askPersistence()
      return true
    } catch (error) {
      // The window that writes now has it.
      if (error instanceof Failure && error.code === 'handed_over') {
        settled(of, edit)
        return true
      }
      const why = sentenceOf(error)
      notKept({ doc: of, edit, base, why })
      showToast({ message: why, duration: 4000 })
      return false
    } finally {
      saving.value -= 1
    }
  }

  const view = computed(() => page.value?.view ?? null)
  const definition = computed(() => (view.value ? findDefinition(view.value.kind) : undefined))
  const record: Record = {
    page,
    show,
    definition,
    gone,
    reference,
    saving,
    savedAt,
    failed,
    fix: position.fix,
    fixState: position.state,
    stage: computed(() => (view.value ? stageOf(view.value, view.value.events) : ReviewState.draft)),
    readonly: computed(() => view.value?.locked !== false || isDiscarded(record.stage.value)),
    field: (name) => view.value?.fields[name] ?? null,
    text: (name) => String(view.value?.fields[name] ?? ''),
    commit,
    async retry() {
      for (const { edit } of failed.value) await commit(edit)
    },
    set: (field, value) => commit({ edit: 'set_field', field, value }),
    put: (collection, id, fields) => commit({ edit: 'put_entry', collection, id, fields }),
    more,
    places: shallowReactive(new Set<string>()),
    nameOf: (person) => reference.value.people.find((one) => one.id === person)?.name ?? (person === snapshot.value.profile?.person ? (snapshot.value.profile?.name ?? '') : ''),
    choice: (group, code) => word(`${view.value?.kind}.choices.${group}`, code),
    valueText: (path, value) => (view.value && definition.value?.text?.(view.value, path, value, page.value?.contacts, page.value?.form)) ?? valueText(path, value, definition.value ?? { choices: {}, flags: {} }, record.nameOf),
    aside: (path) => view.value?.aside.find((one) => one.path === path),
    conflict: (path) => view.value?.conflicts.find((one) => one.path === path),
    pins: (path) => {
      const last = view.value?.reviews.at(-1)
      return last?.decision === Decision.return ? last.pins.filter((pin) => pin.path === path).map((pin) => pin.text) : []
    },
  }
  provide(KEY, record)
  return record
}

export const present = (entries: Entry[] | undefined): Entry[] => (entries ?? []).filter((entry) => !entry.removed)
export const newId = (): string => ulid()
