// The core in the browser counts terms as the hub does.
import { existsSync, readFileSync } from 'node:fs'
import type { Replica } from '@wasm/core_wasm.js'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Due, Term } from './views'

const PACKAGE = 'wasm/core_wasm.js'
/** Real data beside the project, which may be missing everywhere but on CI. */
const KNOWN = '../../shared/data/workday_oracle_2024_2026.csv'

let replica: Replica
const start = (day: string) => Date.parse(`${day}T00:00:00+08:00`)
const due = (from: number, term: Term) => JSON.parse(replica.due(from, JSON.stringify(term))) as Due

describe.skipIf(!existsSync(PACKAGE))('terms on the phone', () => {
  beforeAll(async () => {
    const core = (await import(/* @vite-ignore */ `../../${PACKAGE}`)) as typeof import('@wasm/core_wasm.js')
    core.initSync({ module: readFileSync('wasm/core_wasm_bg.wasm') })
    replica = new core.Replica(crypto.getRandomValues(new Uint8Array(32)))
  })

  test('thirty days from 2026-09-01 end after the National Day holiday, at its midnight', () => {
    const last = due(Date.parse('2026-09-01T10:00:00+08:00'), { days: 30 })
    expect(last).toEqual({ day: '2026-10-08', at: start('2026-10-09'), provisional: false })
  })

  test('a term into a year that is not published is provisional', () => {
    expect(due(start('2026-12-20'), { working_days: 10 }).provisional).toBe(true)
    expect(due(start('2026-12-20'), { working_days: 5 })).toMatchObject({ day: '2026-12-25', provisional: false })
  })

  test('two hours are two hours, and months are read', () => {
    expect(due(start('2026-10-01'), { hours: 2 }).at).toBe(start('2026-10-01') + 2 * 3_600_000)
    expect(due(start('2026-09-01'), { months: 1 }).day).toBe('2026-10-08')
  })

  test('a term that is none is refused, with a code', () => {
    for (const term of ['{"weeks":1}', '{"days":-1}', '{"days":70000}', '5', ''])
      expect(() => replica.due(start('2026-09-01'), term)).toThrow('not_readable')
  })

  test.skipIf(!existsSync(KNOWN) && !process.env.CI)('every known working day of three years is counted as others count it', () => {
    if (!existsSync(KNOWN)) throw new Error(`The real data file ${KNOWN} is missing on this CI machine: put the data folder at ../shared/data beside the project`)
    const rows = readFileSync(KNOWN, 'utf8').trim().split('\n').slice(1)
    const wrong: string[] = []
    for (const row of rows) {
      const [day = '', works, ...cells] = row.trim().split(',')
      if ((due(start(day), { days: 0 }).day === day) !== (works === '1')) wrong.push(day)
      for (const [place, count] of [1, 2, 5, 10, 15].entries()) {
        const found = due(start(day), { working_days: count })
        const cell = cells[place]
        if (cell ? found.day !== cell || found.provisional : !found.provisional) wrong.push(`${day} + ${count}: ${found.day}`)
      }
    }
    expect(rows).toHaveLength(1_096)
    expect(wrong).toEqual([])
  })
})
