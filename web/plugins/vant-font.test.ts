import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { withoutForeignFont } from './vant-font.ts'

test('the icon style sheet asks no other server for its font', () => {
  const css = readFileSync('node_modules/vant/es/icon/index.css', 'utf8')
  const cleaned = withoutForeignFont(css)
  expect(css).toContain('//at.alicdn.com')
  expect(cleaned).not.toContain('alicdn')
  expect(cleaned).toContain('data:font/')
})
