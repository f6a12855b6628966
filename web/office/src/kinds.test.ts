import { expect, test } from 'vitest'
import { listed } from '@shared/words'
import { definitionOf, listDefinitions, type KindDefinition } from './kinds'
import { entry, LI, story, written } from './record/fixtures'
import { show } from './record/read'
import { sectionOf, shapeOf } from './record/shape'
import { timeline } from './ticket/timeline'

const ticket = { events: [] } as unknown as Parameters<typeof timeline>[0]

test('the folders under kinds are found, each by its own name', () => {
  expect(listDefinitions().map(({ kind }) => kind)).toContain('visit')
  for (const definition of listDefinitions()) expect(definitionOf(definition.kind)).toBe(definition)
})

test('whatever a kind shows has a name in the list of words', () => {
  for (const { kind, sections, entries, moments, shapes } of listDefinitions()) {
    const paths = sections.flatMap((section) => section.paths.map((path) => path.replace('/', '.')))
    const fields = Object.entries(entries).flatMap(([collection, table]) => table.fields.map((field) => `${collection}.${field}`))
    const collections = [...Object.keys(entries), ...moments.map((one) => one.collection)].map((name) => `collections.${name}`)
    for (const name of [...paths, ...fields, ...collections]) expect(listed(`${kind}.${name}`), `${kind}.${name}`).toBe(true)
    for (const [path, { group, words }] of Object.entries(shapes)) for (const word of words ?? []) expect(listed(`${group}.${word}`), `${path} ${word}`).toBe(true)
  }
})

test('a moment of a kind is told with the fields of its table', () => {
  for (const { moments, entries } of listDefinitions()) for (const { collection } of moments) expect(Object.keys(entries)).toContain(collection)
})

test('sections and shapes are the definition’s, not the visit’s', () => {
  const sweep: Pick<KindDefinition, 'shapes' | 'sections'> = { shapes: { 'fields/severity': { kind: 'time' } }, sections: [{ name: 'doors', title: () => '入户', paths: ['fields/door'] }] }
  expect(shapeOf('fields/severity', sweep).kind).toBe('time')
  expect([sectionOf('fields/door', sweep), sectionOf('fields/severity', sweep)]).toEqual(['doors', 'other'])
})

test('a record of a kind that this version does not know is shown as it is', () => {
  const unknown = definitionOf('sweep')
  expect(show('fields/severity', 'high', unknown)).toBe('high')
  const one = story({ kind: 'sweep', values: [{ path: 'fields/severity', value: 'high', written: written(LI, 5) }], collections: { arrivals: [entry('A', { at: 5 })] } })
  expect(timeline(ticket, [one]).map(({ kind, section }) => [kind, section])).toEqual([['record', 'other']])
})
