import { computed, shallowRef } from 'vue'
import type { Unit } from '@shared/api-types'
import { hub } from './hub'

/** The sub-district's communities and grids; they change rarely, so they are loaded once a session. */
export const units = shallowRef<Unit[]>([])
let loading: Promise<void> | null = null

export const loadUnits = (): Promise<void> => {
  if (units.value.length) return Promise.resolve()
  loading ??= hub
    .units()
    .then(({ items }) => void (units.value = items))
    .catch(() => undefined)
    .finally(() => (loading = null))
  return loading
}

const inOrder = (kind: Unit['kind']) => units.value.filter((unit) => unit.kind === kind).sort((a, b) => a.code.localeCompare(b.code, 'en'))

export const communities = computed(() => inOrder('community'))
export const gridsOf = (community: string) => inOrder('grid').filter((grid) => grid.parent === community)

/** `黄台社区 · 第三网格` */
export const unitName = (id: string): string => {
  const unit = units.value.find((one) => one.id === id)
  if (!unit) return ''
  const parent = unit.kind === 'grid' ? units.value.find((one) => one.id === unit.parent) : undefined
  return parent ? `${parent.name} · ${unit.name}` : unit.name
}
