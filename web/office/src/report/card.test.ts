import { expect, test } from 'vitest'
import { cardOf } from './card'

test('a card leads to its form, and nothing else does', () => {
  expect(cardOf({ pathname: '/report/AB23CD45' })).toBe('/office/#/report/AB23CD45')
  expect(cardOf({ pathname: '/report/' })).toBe('/office/#/report/')
  expect(cardOf({ pathname: '/report' })).toBe('/office/#/report/')
  for (const pathname of ['/', '/office/', '/reports/AB', '/report/../x', '/report/<script>']) expect(cardOf({ pathname })).toBe(null)
})
