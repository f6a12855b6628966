// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'
import { createApp, h, nextTick, shallowRef } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import { blank } from '@shared/core/shape'
import type { VisitView } from '@shared/core/views'
import type { KindDefinition } from '../kinds'

const view = (kind: string): VisitView => ({
  doc: 'D', kind, ticket: 'T', state: 'draft', fields: {}, answers: {}, notes: {}, arrivals: [], participants: [], persuasions: [], items: [], photos: [], events: [],
  conflicts: [], aside: [], pending: 0, unsent: [], reviews: [], shared: false, locked: false,
})
const held = { view: view('visit') }

vi.mock('@shared/core/client', () => ({
  snapshot: shallowRef(blank()),
  core: { before: async () => null, visit: async () => ({ view: held.view, ticket: null, agreement: null, form: null, photos: {}, left: [] }), reference: async () => ({ people: [], units: [] }) },
}))

/** A kind with parts of its own, beside those that the app has. */
const part = (name: string) => ({ name, component: (props: { lacking?: boolean }) => h('section', { id: `part-${name}` }, props.lacking ? '还缺' : '') })
const sweep: KindDefinition = {
  kind: 'sweep',
  title: () => '逐户排查',
  parts: [part('doors'), part('answers')],
  missing: () => [{ name: 'answer', part: 'answers', text: '每户一个回答' }],
  place: () => '北园大街',
  choices: {},
  flags: {},
}
vi.mock('../kinds', async (actual) => {
  const kinds = await actual<typeof import('../kinds')>()
  return { ...kinds, findDefinition: (kind: string) => (kind === 'sweep' ? sweep : kinds.findDefinition(kind)) }
})

const { findDefinition, listKinds } = await vi.importActual<typeof import('../kinds')>('../kinds')
const { default: RecordPage } = await import('./RecordPage.vue')

let close = () => {}
const open = async (kind: string) => {
  held.view = view(kind)
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)*', component: { render: () => h(RecordPage, { doc: 'D' }) } }] })
  const app = createApp(RouterView)
  const root = document.body.appendChild(document.createElement('div'))
  close = () => (app.unmount(), root.remove())
  await router.push('/')
  app.use(router).component('VanPopup', { render: () => null }).mount(root)
  for (let i = 0; i < 5; i++) await nextTick()
  return { parts: [...root.querySelectorAll('[id^="part-"]')].filter((one) => one.tagName === 'SECTION').map((one) => one.id.slice(5)), text: root.textContent ?? '' }
}
afterEach(() => close())

test('the folders under kinds are found, each by its own name', () => {
  expect(listKinds()).toContain('visit')
  for (const kind of listKinds()) expect(findDefinition(kind)?.kind).toBe(kind)
})

test('the page of a record lists the parts that its kind names, in their order', async () => {
  // Without a form nothing is folded away.
  expect((await open('visit')).parts).toEqual(['arrival', 'people', 'finding', 'photos', 'persuasion', 'items', 'cleanup', 'notes', 'outcome'])
  close()
  const { parts, text } = await open('sweep')
  expect(parts).toEqual(['doors', 'answers'])
  expect(text).toContain('逐户排查')
})

test('what a kind misses is told at its part and counted at the foot', async () => {
  const { text } = await open('sweep')
  expect(text).toContain('还缺')
  expect(text).toContain('（还缺 1 项）')
})

test('a record of a kind that this version does not know is not shown as a visit', async () => {
  const { parts, text } = await open('unheard')
  expect(parts).toEqual([])
  expect(text).toContain('请先更新应用')
})
