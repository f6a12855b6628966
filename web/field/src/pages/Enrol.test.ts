// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest'
import { createApp, nextTick, shallowRef } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import { blank } from '@shared/core/shape'

const CODE = '7K3M-9QRS-TVWX-YZ01'
const asked: unknown[] = []
let refusal: { code: string; detail: string } | null = null

vi.mock('@shared/core/client', () => {
  class Failure extends Error {
    constructor(
      readonly code: string,
      readonly detail: string,
    ) {
      super(code)
    }
  }
  return {
    Failure,
    snapshot: shallowRef({ ...blank(), phase: 'enrol' }),
    core: {
      enrol: async (request: unknown) => {
        asked.push(request)
        if (refusal) throw new Failure(refusal.code, refusal.detail)
      },
      records: async () => [],
      tasks: async () => ({ total: 0 }),
    },
  }
})

const { default: Enrol } = await import('./Enrol.vue')

let close = () => {}
const open = async (address: string) => {
  asked.length = 0
  refusal = null
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/enrol', component: Enrol }, { path: '/:rest(.*)*', component: { render: () => null } }] })
  const app = createApp(RouterView)
  const root = document.body.appendChild(document.createElement('div'))
  close = () => (app.unmount(), root.remove())
  await router.push(address)
  app.use(router).mount(root)
  const settled = async () => {
    for (let i = 0; i < 8; i++) await nextTick()
  }
  await settled()
  const find = <T extends HTMLElement>(name: string) => root.querySelector<T>(`[data-test="${name}"]`)
  const tap = async (name: string) => {
    find(name)?.click()
    await settled()
  }
  const type = async (name: string, text: string) => {
    const input = find<HTMLInputElement>(name)
    if (!input) throw new Error(`no ${name}`)
    input.value = text
    input.dispatchEvent(new Event('input'))
    await settled()
  }
  const give = async () => {
    root.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await settled()
  }
  return { root, find, tap, type, give }
}
const hasPassword = (root: HTMLElement) => root.querySelector('#enrol-password') !== null
afterEach(() => close())

test('the link of a representative asks for no password and sends none', async () => {
  const { root, find, give } = await open(`/enrol?code=${CODE}&representative=1`)
  expect(hasPassword(root)).toBe(false)
  expect(find<HTMLButtonElement>('enrol-button')?.disabled).toBe(false)
  await give()
  expect(asked).toEqual([{ code: CODE.replaceAll('-', ''), password: '', deviceName: expect.any(String) }])
})

test('the link of everybody else asks for the password', async () => {
  const { root, find } = await open(`/enrol?code=${CODE}`)
  expect(hasPassword(root)).toBe(true)
  expect(find<HTMLButtonElement>('enrol-button')?.disabled).toBe(true)
})

test('who types the code by hand says that they are a representative, and may take it back', async () => {
  const { root, find, tap, type } = await open('/enrol')
  expect(find('enrol-representative')?.textContent).toContain('我是业主代表，不用密码')
  await tap('enrol-representative')
  await type('enrol-code', CODE)
  expect(hasPassword(root)).toBe(false)
  expect(find<HTMLButtonElement>('enrol-button')?.disabled).toBe(false)
  await tap('enrol-password-instead')
  expect(hasPassword(root)).toBe(true)
})

test('a representative is sent to the mediator for another code, not to the office', async () => {
  const { root, give } = await open(`/enrol?code=${CODE}&representative=1`)
  refusal = { code: 'enrolment_code_expired', detail: '' }
  await give()
  expect(root.textContent).toContain('请调解员换一个新的')
  refusal = { code: 'login_failed', detail: '' }
  await give()
  expect(root.textContent).toContain('这不是业主代表的登记码')
})
