// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createApp, h, nextTick, ref, type App } from 'vue'
import TextEntry, { flushTyping } from './TextEntry.vue'

let app: App | null
const value = ref('')
const committed: string[] = []

beforeEach(() => {
  vi.useFakeTimers()
  value.value = ''
  committed.length = 0
  document.body.innerHTML = '<div id="app"></div>'
  app = createApp({
    render: () => h(TextEntry, { label: '备注', modelValue: value.value, most: 10, onCommit: (text: string) => committed.push(text) }),
  })
  app.mount('#app')
})
function leave(): void {
  app?.unmount()
  app = null
}
afterEach(() => {
  leave()
  vi.useRealTimers()
})

const input = () => document.querySelector('input') as HTMLInputElement
function type(text: string): void {
  input().value = text
  input().dispatchEvent(new Event('input'))
}

test('a text saves itself half a second after the last key, once', () => {
  type('楼')
  vi.advanceTimersByTime(300)
  type('楼道')
  vi.advanceTimersByTime(499)
  expect(committed).toEqual([])
  vi.advanceTimersByTime(1)
  expect(committed).toEqual(['楼道'])
})

test('leaving the field or the app saves at once', () => {
  type('一')
  input().dispatchEvent(new Event('blur'))
  expect(committed).toEqual(['一'])
  type('一二')
  flushTyping()
  expect(committed).toEqual(['一', '一二'])
})

test('leaving the page saves what was typed last', () => {
  type('最后')
  leave()
  expect(committed).toEqual(['最后'])
})

test('a value from elsewhere is shown, but never over what is being typed', async () => {
  value.value = '办公室'
  await nextTick()
  expect(input().value).toBe('办公室')
  type('正在写')
  value.value = '别人写的'
  await nextTick()
  expect(input().value).toBe('正在写')
})

test('the label belongs to its input', () => {
  expect(document.querySelector('label')?.htmlFor).toBe(input().id)
})
