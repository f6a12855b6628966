import { expect, test } from 'vitest'
import type { RecordRow } from './api'
import { doorOf, Finder, plain, queryOf } from './search'
import type { TicketRow } from './views'

const ticket = (id: string, more: Partial<TicketRow> = {}): TicketRow => ({
  id, upstream_no: `JN20261124-${id}`, title: '楼道堆物', description: '不在清单里的话', requester_masked: '周**', phone_masked: '138****0032', community: '天桥社区', address: '北园大街 ８号院 ３号楼 2 单元 501', status: 'assigned', urgency: 'normal', due_at: null, dispatched_at: 0, assigned: null, category: [], removed: false, may: [], calls: false, ...more,
})
const why = (typed: string, of = ticket('007')) => new Finder().ticket(of, queryOf(typed))

test('a ticket is found by number, title, address, community, name and the end of a phone number, and says by which', () => {
  expect(why('1124-007')?.part).toBe('number')
  expect(why('堆物')?.part).toBe('title')
  expect(why('8号院3号楼')?.part).toBe('address')
  expect(why('天桥社')?.part).toBe('community')
  expect(why('周')?.part).toBe('requester')
  for (const end of ['0032', '032', '13812340032']) expect(why(end)?.part, end).toBe('phone')
  for (const other of ['0031', '13912340032', '1380032', '王', '不在清单']) expect(why(other), other).toBeNull()
})

test('the masked middle of a number is not a hit, and its head alone is none either', () => {
  expect(why('138')).toBeNull()
  expect(why('****')).toBeNull()
})

test('a door is found as people write it on a list of doors, and as they say it', () => {
  for (const asked of ['3-2-501', '3-501', '3号楼501', '三号楼二单元', '3栋2单元501室']) expect(why(asked), asked).not.toBeNull()
  for (const other of ['3-1-501', '2-501', '3-2-502', '2号楼501']) expect(why(other), other).toBeNull()
  expect(why('3-2-501')).toEqual({ part: 'door', letters: false })
  expect(doorOf(plain('十二号楼 3 单元'))).toEqual(['12', '3', ''])
})

test('first letters find a street, and say so', () => {
  expect(why('bydj')).toEqual({ part: 'address', letters: true })
  expect(why('TQSQ')).toEqual({ part: 'community', letters: true })
  expect(why('ldd')).toEqual({ part: 'title', letters: true })
  expect(why('xyz')).toBeNull()
})

test('a record is found by its place and by its ticket', () => {
  const record = { doc: 'V1', place: '和平路 1 号院 5 号楼', ticket_no: 'JN-9', ticket_title: '路灯不亮' } as RecordRow
  const finder = new Finder()
  expect(finder.record(record, queryOf('hpl'))).toEqual({ part: 'place', letters: true })
  expect(finder.record(record, queryOf('路灯'))?.part).toBe('title')
  expect(finder.record(record, queryOf('jn-9'))?.part).toBe('number')
})

test('what was changed is found by what it says now, and what is gone is forgotten', async () => {
  const finder = new Finder()
  const pauses: number[] = []
  await finder.prepare(Array.from({ length: 1200 }, (_, i) => ticket(String(i))), [], async () => void pauses.push(1))
  expect(pauses.length).toBe(2)
  expect(finder.ticket(ticket('5', { address: '堤口路 4 号' }), queryOf('堤口路'))?.part).toBe('address')
  expect(finder.ticket(ticket('5', { address: '堤口路 4 号' }), queryOf('bydj'))).toBeNull()
})
