import { expect, test } from 'vitest'
import { arrived, Errands, type StoredErrand, type TicketAct } from './errands'
import { Unreachable } from './problem'
import type { Change, Singles } from './store'
import type { TicketRow, TicketWork } from './views'

const TICKET = 'T1'
const NOW = 1_000
const CONTACT: TicketAct = { action: 'contact', means: 'phone', words: '已说明', at: 500, corrected: false }
const DONE: TicketAct = { action: 'help_done', task: 4, words: '已清运' }

const answer = (status: number, code = '') => new Response(JSON.stringify({ code, detail: '有了变化。' }), { status })
const row = (work: Partial<TicketWork>) => ({ id: TICKET, work: { version: 7, leads: true, ...work } }) as TicketRow

/** A phone whose line and hub a test decides on. */
function phone(said: () => Response | Promise<Response>, work: Partial<TicketWork> = {}) {
  const disk: { errands?: StoredErrand[] | undefined } = {}
  const asked: { seen: number; act: TicketAct }[] = []
  const line = { said, work, rounds: 0 }
  const store = {
    single: <Name extends keyof Singles>(name: Name) => Promise.resolve((name === 'errands' ? disk.errands : undefined) as Singles[Name] | undefined),
    write: (change: Change) => {
      if (change.singles && 'errands' in change.singles) disk.errands = change.singles.errands
      return Promise.resolve()
    },
  }
  const hub = {
    authorised: async (_path: string, init?: RequestInit) => {
      asked.push(JSON.parse(String(init?.body)) as (typeof asked)[number])
      return line.said()
    },
  }
  const errands = new Errands({ store, hub, ticket: () => Promise.resolve(row(line.work)), sync: () => Promise.resolve((line.rounds += 1) > 0), changed: () => undefined, now: () => NOW })
  return { errands, disk, asked, line }
}
const dead = () => Promise.reject(new Unreachable('no network'))

test('what is told with a line is told on what was on the screen, and gone from the phone', async () => {
  const { errands, disk, asked } = phone(() => answer(200))
  expect(await errands.tell(TICKET, DONE)).toBe(true)
  expect(asked).toEqual([{ seen: 7, act: DONE }])
  expect([errands.all(), disk.errands]).toEqual([[], undefined])
})

test('what is told without a line is on the disk, is not said to be told, and goes after the next round', async () => {
  const { errands, disk, line, asked } = phone(dead)
  expect(await errands.tell(TICKET, CONTACT)).toBe(false)
  expect(disk.errands?.map(({ act, why }) => [act, why])).toEqual([[CONTACT, null]])
  line.said = () => answer(200)
  line.work = { version: 9 }
  await errands.run()
  expect(asked.at(-1)).toEqual({ seen: 9, act: CONTACT })
  expect(disk.errands).toBeUndefined()
})

test('it survives the end of the app', async () => {
  const { errands, disk, line } = phone(dead)
  await errands.tell(TICKET, DONE)
  const again = phone(() => answer(200))
  again.disk.errands = disk.errands
  await again.errands.load()
  expect(again.errands.of(TICKET).map(({ act }) => act)).toEqual([DONE])
  expect(line.rounds).toBe(0)
})

test('a co-task is not ended over somebody’s head: the words stay, with what changed, until its person has looked', async () => {
  const { errands, line, asked } = phone(() => answer(409, 'changed_meanwhile'))
  expect(await errands.tell(TICKET, DONE)).toBe(false)
  const [kept] = errands.all()
  expect(kept).toMatchObject({ act: DONE, why: { code: 'changed_meanwhile', detail: '有了变化。' } })
  await errands.run()
  expect(asked).toHaveLength(1)
  line.said = () => answer(200)
  line.work = { version: 8 }
  expect(await errands.again(kept?.id ?? '')).toBe(true)
  expect(asked.at(-1)).toEqual({ seen: 8, act: DONE })
  expect(errands.all()).toEqual([])
})

test('a contact happened whatever came since: it goes by itself on what stands after the round', async () => {
  const { errands, line, asked } = phone(() => answer(409, 'changed_meanwhile'))
  await errands.tell(TICKET, CONTACT)
  expect(errands.all()[0]?.why).toBeNull()
  line.said = () => answer(200)
  line.work = { version: 8 }
  await errands.run()
  expect(asked.at(-1)?.seen).toBe(8)
  expect(errands.all()).toEqual([])
})

test('an answer that got lost is no second contact', async () => {
  const { errands, line, asked } = phone(dead)
  await errands.tell(TICKET, CONTACT)
  line.said = () => answer(200)
  line.work = { version: 8, contacts: [500] }
  await errands.run()
  expect(asked).toHaveLength(1)
  expect(errands.all()).toEqual([])
})

test('a co-task is there when the record says so with the same words', () => {
  const errand: StoredErrand = { id: 'E', ticket: TICKET, act: DONE, seen: 7, at: NOW, why: null }
  const help = (answer: string) => row({ help: [{ n: 4, words: '', unit: '', due_at: null, state: 'done', answer }] })
  expect([arrived(errand, help('已清运')), arrived(errand, help('别人写的')), arrived(errand, undefined)]).toEqual([true, false, false])
})

test('a refusal is shown and not repeated; a busy hub is asked again', async () => {
  const { errands, line, asked } = phone(() => answer(404, 'not_found'))
  await errands.tell(TICKET, CONTACT)
  expect(errands.all()[0]?.why?.code).toBe('not_found')
  await errands.run()
  expect(asked).toHaveLength(1)
  await errands.drop(errands.all()[0]?.id ?? '')
  line.said = () => answer(503)
  await errands.tell(TICKET, CONTACT)
  expect(errands.all()[0]?.why).toBeNull()
})

test('what was made when the ticket was another one’s lies at the desk of the office: its person reads that once and it is not told again', async () => {
  const line = { kept: 'desk' }
  const { errands, asked } = phone(() => Promise.resolve(new Response(JSON.stringify(line), { status: 202 })))
  expect(await errands.tell(TICKET, CONTACT)).toBe(true)
  expect(errands.all()[0]?.why?.code).toBe('at_desk')
  await errands.run()
  expect(asked).toHaveLength(1)
  await errands.drop(errands.all()[0]?.id ?? '')
  line.kept = 'ticket'
  expect(await errands.tell(TICKET, CONTACT)).toBe(true)
  expect(errands.all()).toEqual([])
})
