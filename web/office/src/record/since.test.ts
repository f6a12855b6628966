import { expect, test } from 'vitest'
import { since } from './since'
import { story } from './fixtures'
import type { VisitStory } from '@shared/api-types'

const written = (name: string, hash: string) => ({ person: { id: `P-${name}`, name, role: 'grid_worker' }, device: null, phone_at: 1, phone_doubted: false, received_at: 2, hash })

test('a value that changed is told with both texts and its writer', () => {
  const before: VisitStory = { ...story(), changed_seq: 7, values: [{ path: 'fields/outcome', value: 'resolved', written: written('王小梅', 'a') }], notes: {}, history: [] }
  const after: VisitStory = {
    ...before,
    changed_seq: 9,
    values: [{ path: 'fields/outcome', value: 'unresolved', written: written('赵大成', 'b') }],
    history: [
      { hash: 'b', message: 'visit.outcome', written: written('赵大成', 'b') },
      { hash: 'c', message: 'visit.photos.put', written: written('赵大成', 'c') },
      { hash: 'd', message: 'visit.photos.put', written: written('赵大成', 'd') },
    ],
  }
  const told = since(before, after)
  expect(told.map((one) => one.who)).toEqual(['赵大成', '赵大成'])
  expect(told[0]?.what).toContain('→')
  expect(told[0]?.what).toContain('处理结果')
  expect(told[1]?.what).toContain('照片')
})

test('what is the same tells nothing', () => {
  expect(since(story(), story())).toEqual([])
})
