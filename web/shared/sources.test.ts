import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { Decision, ReviewState, TicketState } from './lifecycle/names'
import { chinese } from './words'

// What holds for every source file of both apps, read as text.

const WEB = fileURLToPath(new URL('..', import.meta.url))
const sources = ['field/src', 'office/src', 'shared', 'plugins'].flatMap((root) =>
  readdirSync(join(WEB, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|vue|js)$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => ({ path: `${root}/${path}`, text: readFileSync(join(WEB, root, path), 'utf8') })),
)
const isTest = (path: string) => path.includes('.test.') || path.endsWith('fixtures.ts')
const program = sources.filter(({ path }) => !isTest(path))

/** Words that are spelled like a state and are none. */
const NO_STATES: Record<string, string[]> = {
  'shared/lifecycle/names.ts': ['the names themselves'],
  'office/src/ticket/AssignDialog.vue': ["emit('assigned'"],
  'office/src/ticket/read.ts': ["event.kind === 'assigned'", "Pick<Ticket, 'assigned'"],
  'office/src/pages/TicketPage.vue': ["part.status === 'rejected'"],
  'office/src/supervision/SilentPart.vue': ["{ name: 'assigned', label"],
  'office/src/supervision/RunningTable.vue': ["{ name: 'assigned', label"],
  'office/src/ticket/list/TicketTable.vue': ["{ name: 'assigned', label"],
  'office/src/ticket/list/batch.ts': ["Pick<TicketRow, 'id' | 'assigned'>"],
  'office/src/ticket/list/views.ts': ["['on_hold', {"],
  'office/src/pages/Reviews.vue': ["{ name: 'submitted', label"],
}

test('states and decisions are spoken of by their names, never by a quoted word', () => {
  const words = [TicketState, ReviewState, Decision].flatMap((names) => Object.values(names)).join('|')
  // In templates double quotes hold expressions, unless the attribute is a plain one.
  const quoted = new RegExp(`['\`](${words})['\`]|\\s(value|state|status|decision)="(${words})"`)
  const found = program.flatMap(({ path, text }) => text.split('\n').flatMap((line, i) => (quoted.test(line) ? [{ path, line, at: `${path}:${i + 1} ${line.trim()}` }] : [])))
  const allowed = ({ path, line }: { path: string; line: string }) => path === 'shared/lifecycle/names.ts' || (NO_STATES[path] ?? []).some((part) => line.includes(part))
  expect(found.filter((one) => !allowed(one)).map(({ at }) => at)).toEqual([])
})

test('what is allowed to look like a state is still there', () => {
  for (const [path, parts] of Object.entries(NO_STATES)) {
    const { text } = program.find((one) => one.path === path) ?? { text: '' }
    expect(text, path).not.toBe('')
    if (!path.endsWith('names.ts')) for (const part of parts) expect(text, path).toContain(part)
  }
})

test('every listed word or group of words that a source names is in the list', () => {
  const named = program.flatMap(({ path, text }) => [...text.matchAll(/['"]((?:visit|mediation)\.(?:fields|notes|sets|collections|choices|arrivals|participants|persuasions|items|photos|events|parties|mediators|claims|points|clauses|sessions|statements|consultations|invitees|signatures|checks|reports|confirmations)\.[a-z0-9_.]+)['"]/g)].map(([, key = '']) => ({ path, key })))
  expect(named.length).toBeGreaterThan(40)
  expect(named.filter(({ key }) => !(key in chinese) && !Object.keys(chinese).some((one) => one.startsWith(`${key}.`)))).toEqual([])
})

test('no file is longer than 400 lines without its tests', () => {
  const lines = (text: string) => text.replace(/\n$/, '').split('\n').length
  expect(program.filter(({ text }) => lines(text) > 400).map(({ path, text }) => `${path}: ${lines(text)}`)).toEqual([])
})

test('a ticket number belongs to one story: all stories of a run share a hub', () => {
  const stories = readdirSync(join(WEB, 'e2e/stories')).map((name) => ({ name, text: readFileSync(join(WEB, 'e2e/stories', name), 'utf8') }))
  const told = stories.flatMap(({ name, text }) => [...new Set(text.match(/\b[A-Z]{2}-\d{8}-\d{3}\b/g))].map((number) => ({ name, number })))
  expect(told.length).toBeGreaterThan(20)
  const first = new Map<string, string>()
  for (const { name, number } of told) {
    expect(first.get(number), `${number} is in ${name} too`).toBeUndefined()
    first.set(number, name)
  }
})

test('what a table calls its columns follows the language', () => {
  const fixed = program.filter(({ text }) => /^const columns: Column\[\] = /m.test(text))
  expect(fixed.map(({ path }) => path)).toEqual([])
})
