import { computed, shallowRef } from 'vue'
import type { Catalogue } from '@shared/api-types/catalogue'
import { hub } from '../../hub'
import { may } from '../../rights'

/** The office's types, topics and causes; they change rarely, so they are loaded once a session. */
const catalogue = shallowRef<Catalogue | null>(null)
let loading: Promise<void> | null = null

export const loadCatalogue = (): Promise<void> => {
  if (catalogue.value || !may('classes')) return Promise.resolve()
  loading ??= hub
    .catalogue()
    .then((found) => void (catalogue.value = found.catalogue))
    .catch(() => undefined)
    .finally(() => (loading = null))
  return loading
}

export const topics = computed(() => catalogue.value?.topics ?? [])
export const causes = computed(() => catalogue.value?.causes ?? [])
/** Names of the types below those that were chosen: none for the large ones. */
export const typesBelow = (large?: string, middle?: string): string[] => {
  const types = catalogue.value?.types ?? []
  if (large === undefined) return types.map(({ name }) => name)
  const below = types.find(({ name }) => name === large)?.below ?? []
  if (middle === undefined) return below.map(({ name }) => name)
  return (below.find(({ name }) => name === middle)?.below ?? []).map(({ name }) => name)
}

/** Ids of the catalogue are words of programs; what people write themselves is not. */
const ID = /^[a-z0-9_]+$/
const named = (list: { id: string; name: string }[], id: string): string => list.find((one) => one.id === id)?.name ?? (ID.test(id) ? '' : id)
/** The name of a cause or a topic, or what somebody wrote in its place; nothing where the catalogue is not for this person. */
export const causeName = (id: string): string => named(causes.value, id)
export const topicName = (id: string): string => named(topics.value, id)
