import { expect, test } from 'vitest'
import type { RecordRow } from './api'
import { Pack } from './pack'
import type { TicketRow } from './views'

const ticket = (id: string, more: Partial<TicketRow> = {}) => ({ id, status: 'assigned', removed: false, ...more }) as TicketRow
const record = (doc: string, of: string, photos: string[], changed_at = 0) => ({ doc, ticket: of, photos, changed_at }) as RecordRow

function pack({ here = [] as string[], online = true, room = true, allowed = true, photos = ['x', 'y'] } = {}) {
  const fetched: string[] = []
  const made = new Pack({
    store: { thumbNames: async () => [...here, ...fetched], hasRoom: async () => room },
    album: { thumb: async (name) => (online ? (fetched.push(name), new Uint8Array(1)) : null) },
    tickets: async () => [ticket('T1'), ticket('T2', { status: 'closed' }), ticket('T3', { removed: true })],
    records: async () => [record('a', 'T1', photos.slice(0, 1), 1), record('b', 'T1', photos.slice(1), 2), record('c', 'T2', ['old']), record('d', 'T3', ['theirs'])],
    photos: async (doc) => (doc === 'a' ? photos.slice(0, 1) : photos.slice(1)).map((sha256) => ({ id: sha256, removed: sha256 === 'gone', sha256, mime: sha256 === 'voice' ? 'audio/webm' : 'image/jpeg' })),
    reference: async () => ({ people: [{ id: 'P', name: '王', role: 'grid_worker' }], units: [] }),
    allowed: () => allowed,
    lastHeard: () => 5,
    sync: async () => online,
    now: () => 1_000_000,
  })
  return { made, fetched }
}

test('what belongs to open tickets is counted, colleagues\' pictures too, and of it what is here', async () => {
  expect(await pack({ here: ['x'] }).made.page()).toMatchObject({ tickets: 1, visits: 2, pictures: 2, pictures_here: 1, people: 1, running: null, heard_at: 5 })
})

test('what is missing is fetched, the last visit first, and nothing that is here already', async () => {
  const { made, fetched } = pack({ here: ['x'] })
  expect(await made.prepare()).toBe(true)
  expect(fetched).toEqual(['y'])
  expect(await made.page()).toMatchObject({ pictures_here: 2 })
  const both = pack()
  await both.made.prepare()
  expect(both.fetched).toEqual(['y', 'x'])
})

test('without a network it is not said to be ready', async () => {
  const { made, fetched } = pack({ online: false })
  expect(await made.prepare()).toBe(false)
  expect(fetched).toEqual([])
})

test('nothing is fetched ahead where the network or the room is not there for it', async () => {
  for (const lacking of [{ allowed: false }, { room: false }]) {
    const { made, fetched } = pack(lacking)
    await made.ahead()
    expect(fetched).toEqual([])
  }
  const { made, fetched } = pack()
  await made.ahead()
  expect(fetched.length).toBe(2)
})

test('whoever asks while pictures come unasked waits for them, and hears that all is here', async () => {
  const { made } = pack()
  const unasked = made.ahead()
  expect(await made.prepare()).toBe(true)
  await unasked
})

test('what was said into a phone and what was taken out have no picture to wait for', async () => {
  const { made } = pack({ photos: ['x', 'voice', 'gone'] })
  expect(await made.prepare()).toBe(true)
  expect(await made.page()).toMatchObject({ pictures: 1, pictures_here: 1 })
})

test('of very many pictures only the newest are fetched', async () => {
  const { made, fetched } = pack({ photos: Array.from({ length: 900 }, (_, i) => `p${i}`) })
  await made.prepare()
  expect(fetched.length).toBe(600)
})
