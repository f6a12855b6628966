import { computed, shallowRef } from 'vue'
import type { Unit } from '@shared/api-types'
import { hub } from './hub'

/** The sub-district's communities, grids, sections and teams; they change rarely, so they are loaded once a session. */
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

/** Takes one that was just added. */
export const addUnit = (unit: Unit) => (units.value = [...units.value, unit])

export const communities = computed(() => inOrder('community'))
export const gridsOf = (community: string) => inOrder('grid').filter((grid) => grid.parent === community)

/** 科室 and 专班, by name. */
export const unitsOf = (kind: 'section' | 'team') => units.value.filter((unit) => unit.kind === kind).sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
export const sectionsAndTeams = computed(() => [...unitsOf('section'), ...unitsOf('team')])

/** `黄台社区 · 第三网格` */
export const unitName = (id: string): string => {
  const unit = units.value.find((one) => one.id === id)
  if (!unit) return ''
  const parent = unit.kind === 'grid' ? units.value.find((one) => one.id === unit.parent) : undefined
  return parent ? `${parent.name} · ${unit.name}` : unit.name
}
