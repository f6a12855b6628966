import { showToast } from 'vant'
import { computed, inject, provide, ref, shallowRef, watch, type ComputedRef, type InjectionKey, type Ref, type ShallowRef } from 'vue'
import type { Fix, VisitPage } from '@shared/core/api'
import { core, snapshot } from '@shared/core/client'
import { stageOf } from '@shared/core/stage'
import type { Collection, Conflict, Edit, Entry, Reference, Value, VisitState } from '@shared/core/views'
import { ulid } from '@shared/ulid'
import type { FixState } from '../fix'
import { sentenceOf } from '../words'

/** One open visit, shared by all parts of its form. */
export interface Record {
  page: ShallowRef<VisitPage | null>
  /** The visit is not on this phone. */
  gone: Ref<boolean>
  reference: ShallowRef<Reference>
  stage: ComputedRef<VisitState>
  readonly: ComputedRef<boolean>
  saving: Ref<number>
  savedAt: Ref<number | null>
  /** The last edit that could not be kept, with why. */
  failed: Ref<{ edit: Edit; why: string } | null>
  fix: Ref<Fix | null>
  fixState: Ref<FixState>
  field: (name: string) => Value
  text: (name: string) => string
  commit: (edit: Edit) => Promise<boolean>
  set: (field: string, value: Value) => Promise<boolean>
  put: (collection: Collection, id: string, fields: globalThis.Record<string, Value>) => Promise<boolean>
  nameOf: (person: unknown) => string
  conflict: (path: string) => Conflict | undefined
  /** Remarks of the last return at this place. */
  pins: (path: string) => string[]
}

const KEY: InjectionKey<Record> = Symbol('visit')

export function useRecord(): Record {
  const record = inject(KEY)
  if (!record) throw new Error('no visit around')
  return record
}

let askedPersistence = false

/** Asks the browser to keep our data for good; only after something was saved, as browsers want it. */
function askPersistence(): void {
  if (askedPersistence) return
  askedPersistence = true
  void navigator.storage?.persist?.().catch(() => false)
}

export function provideRecord(doc: () => string, position: { fix: Ref<Fix | null>; state: Ref<FixState> }): Record {
  const page = shallowRef<VisitPage | null>(null)
  const gone = ref(false)
  const reference = shallowRef<Reference>({ people: [], units: [] })
  const saving = ref(0)
  const savedAt = ref<number | null>(null)
  const failed = ref<Record['failed']['value']>(null)

  const load = async () => {
    const found = await core.visit(doc()).catch(() => undefined)
    if (found === undefined) return
    page.value = found
    gone.value = found === null
  }
  watch(doc, load, { immediate: true })
  watch(() => [snapshot.value.rev.visits, snapshot.value.rev.media], load)
  watch(
    () => snapshot.value.rev.reference,
    async () => (reference.value = await core.reference().catch(() => reference.value)),
    { immediate: true },
  )

  async function commit(edit: Edit): Promise<boolean> {
    saving.value += 1
    try {
      page.value = await core.edit(doc(), edit)
      savedAt.value = Date.now()
      failed.value = null
      askPersistence()
      return true
    } catch (error) {
      failed.value = { edit, why: sentenceOf(error) }
      showToast({ message: failed.value.why, duration: 4000 })
      return false
    } finally {
      saving.value -= 1
    }
  }

  const view = computed(() => page.value?.view ?? null)
  const record: Record = {
    page,
    gone,
    reference,
    saving,
    savedAt,
    failed,
    fix: position.fix,
    fixState: position.state,
    stage: computed(() => (view.value ? stageOf(view.value, view.value.events) : 'draft')),
    readonly: computed(() => view.value?.locked !== false),
    field: (name) => view.value?.fields[name] ?? null,
    text: (name) => String(view.value?.fields[name] ?? ''),
    commit,
    set: (field, value) => commit({ edit: 'set_field', field, value }),
    put: (collection, id, fields) => commit({ edit: 'put_entry', collection, id, fields }),
    nameOf: (person) => reference.value.people.find((one) => one.id === person)?.name ?? (person === snapshot.value.profile?.person ? (snapshot.value.profile?.name ?? '') : ''),
    conflict: (path) => view.value?.conflicts.find((one) => one.path === path),
    pins: (path) => {
      const last = view.value?.reviews.at(-1)
      return last?.decision === 'return' ? last.pins.filter((pin) => pin.path === path).map((pin) => pin.text) : []
    },
  }
  provide(KEY, record)
  return record
}

export const present = (entries: Entry[] | undefined): Entry[] => (entries ?? []).filter((entry) => !entry.removed)
export const newId = (): string => ulid()
