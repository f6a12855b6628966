import { expect, test } from 'vitest'
import type { BatchAnswer } from '@shared/api-types'
import { inPieces } from './batch'
import { alike, asked, filtersOf, without } from './filters'
import { offered } from './views'

test('the address names the filters, and the hub is asked by its own names', () => {
  const filters = filtersOf({ q: '噪声', who: 'enterprise', overdue: '1', sort: '-dispatched', page: 'x', status: '' })
  expect(filters).toEqual({ q: '噪声', who: 'enterprise', overdue: '1' })
  expect(asked(filters)).toEqual({ query: '噪声', requester_type: 'enterprise', overdue: '1' })
  expect(asked(without(filters, 'who'))).toEqual({ query: '噪声', overdue: '1' })
})

test('a view is looked at when the filters are its own, and no others', () => {
  const view = offered([]).find((one) => one.key === 'overdue')
  expect(alike({ overdue: '1' }, view?.filters ?? {})).toBe(true)
  expect(alike({ overdue: '1', unit: 'a' }, view?.filters ?? {})).toBe(false)
})

test('who works for one unit has it as a view, who works for two has both by name', () => {
  const names = (units: { id: string; name: string }[]) => offered(units).filter((one) => one.key === 'own_unit').map((one) => one.name)
  expect(names([])).toEqual([])
  expect(names([{ id: 'a', name: '黄台社区' }])).toEqual([''])
  expect(names([{ id: 'a', name: '黄台社区' }, { id: 'b', name: '板桥社区' }])).toEqual(['黄台社区', '板桥社区'])
})

const rows = Array.from({ length: 45 }, (_, n) => ({ id: `t${n}`, assigned: n % 2 ? { kind: 'grid' as const, id: `g${n}`, name: '网格' } : null }))

test('a batch goes in pieces, names who had each ticket, and adds up what became of them', async () => {
  const sizes: number[] = []
  const steps: number[] = []
  const send = async (tickets: { id: string; assigned_before: string | null }[]): Promise<BatchAnswer> => {
    sizes.push(tickets.length)
    expect(tickets.every((one) => one.assigned_before === (rows.find((row) => row.id === one.id)?.assigned?.id ?? null))).toBe(true)
    return { assigned: tickets.slice(1).map((one) => one.id), skipped: [{ id: tickets[0]?.id ?? '', code: 'ticket_closed', detail: '已经办结。' }] }
  }
  const batch = await inPieces(rows, send, (done) => steps.push(done))
  expect(sizes).toEqual([20, 20, 5])
  expect(steps).toEqual([20, 40, 45])
  expect([batch.assigned.length, batch.skipped.length, batch.problem]).toEqual([42, 3, null])
})

test('where the line breaks, what was given is told and the rest is not asked for', async () => {
  let calls = 0
  const broken = new Error('network')
  const send = async (tickets: { id: string }[]): Promise<BatchAnswer> => {
    calls += 1
    if (calls === 2) throw broken
    return { assigned: tickets.map((one) => one.id), skipped: [] }
  }
  const batch = await inPieces(rows, send, () => undefined)
  expect([calls, batch.assigned.length, batch.problem]).toEqual([2, 20, broken])
})
