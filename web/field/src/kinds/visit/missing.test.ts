import { expect, test } from 'vitest'
import type { Entry, VisitView } from '@shared/core/views'
import { missing } from './missing'

const entry = (id: string, more: Record<string, string | number | null> = {}, removed = false): Entry => ({ id, removed, ...more })
const view = (more: Partial<VisitView> = {}): VisitView => ({
  doc: 'D', kind: 'visit', ticket: 'T', state: 'draft', fields: {}, notes: {}, arrivals: [], participants: [], persuasions: [], items: [], photos: [], events: [],
  conflicts: [], aside: [], pending: 0, unsent: [], reviews: [], locked: false, ...more,
})
const complete = view({
  fields: { finding_kind: 'clutter', cleanup_state: 'done', outcome: 'resolved' },
  arrivals: [entry('a')],
  participants: [entry('p')],
  photos: [entry('1', { role: 'before', pair: 'X' }), entry('2', { role: 'after', pair: 'X' })],
})

test('an empty visit lacks everything, in the order of the form', () => {
  expect(missing(view())).toEqual(['arrival', 'people', 'finding', 'photo', 'cleanup', 'outcome'])
})

test('a complete visit lacks nothing', () => {
  expect(missing(complete)).toEqual([])
})

test('a cleanup needs the same spot before and after; photos of two different spots do not count', () => {
  const photos = [entry('1', { role: 'before', pair: 'X' }), entry('2', { role: 'after', pair: 'Y' })]
  expect(missing({ ...complete, photos })).toEqual(['before_after'])
  expect(missing({ ...complete, photos, fields: { ...complete.fields, cleanup_state: 'not_needed' } })).toEqual([])
})

test('what the form shows as a pair is one: a later photo names the first one, which names nobody', () => {
  const photos = [entry('1', { role: 'before' }), entry('2', { role: 'after', pair: '1' })]
  expect(missing({ ...complete, photos })).toEqual([])
  expect(missing({ ...complete, photos: [entry('1', { role: 'before' }), entry('2', { role: 'after' })] })).toEqual(['before_after'])
})

test('a photo that was taken out does not count', () => {
  const photos = complete.photos.map((photo) => ({ ...photo, removed: photo.id === '2' }))
  expect(missing({ ...complete, photos })).toEqual(['before_after'])
})

test('a refusal needs a next date, its own or the visit\'s', () => {
  const persuasions = [entry('x', { reaction: 'refused' })]
  expect(missing({ ...complete, persuasions })).toEqual(['next_visit'])
  expect(missing({ ...complete, persuasions: [entry('x', { reaction: 'refused', next_visit_at: 9 })] })).toEqual([])
  expect(missing({ ...complete, persuasions, fields: { ...complete.fields, next_visit_at: 9 } })).toEqual([])
})
