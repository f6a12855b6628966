import type { Replica } from '@wasm/core_wasm.js'
import { expect, test } from 'vitest'
import { Problem, SessionEnded, Unreachable } from './problem'
import { Sync } from './sync'
import type { FrameEvent } from './views'

const frame = (event: FrameEvent) => {
  const body = new TextEncoder().encode(JSON.stringify(event))
  const bytes = new Uint8Array(4 + body.length)
  new DataView(bytes.buffer).setUint32(0, body.length)
  bytes.set(body, 4)
  return bytes
}

const answer = (...events: FrameEvent[]) =>
  new Response(
    new ReadableStream({
      start(c) {
        for (const event of events) c.enqueue(frame(event))
        c.close()
      },
    }),
  )

function setUp(answers: (() => Response | Promise<Response>)[]) {
  const log: string[] = []
  const wants: number[] = []
  const sync = new Sync({
    released: () => Promise.resolve(),
    hub: {
      current: () => ({}) as never,
      authorised: async () => {
        log.push('post')
        return (answers.shift() ?? (() => Promise.reject(new Unreachable())))()
      },
    },
    keeper: {
      read: (look) =>
        Promise.resolve(
          look({
            request: (want: number) => {
              wants.push(want)
              return new Uint8Array(1)
            },
          } as unknown as Replica),
        ),
      receive: async (bytes) => {
        await Promise.resolve()
        const event = JSON.parse(new TextDecoder().decode(bytes)) as FrameEvent
        log.push(event.frame)
        return event
      },
    },
    version: '1',
    unsentPhotos: () => 0,
    offer: () => Promise.resolve(),
    received: () => undefined,
    changed: () => undefined,
    revoked: (p) => log.push(`revoked ${p.wipe}`),
    sessionEnded: () => log.push('ended'),
    now: () => 77,
  })
  return { sync, log, wants }
}

test('rounds repeat while the hub has more, then the time of the last good one is told', async () => {
  const { sync, log } = setUp([() => answer({ frame: 'receipts' }, { frame: 'end', more: true }), () => answer({ frame: 'changes' }, { frame: 'end', more: false })])
  expect(await sync.run()).toBe(true)
  expect(log).toEqual(['post', 'receipts', 'end', 'post', 'changes', 'end'])
  expect(sync.state).toEqual({ running: false, last_ok_at: 77, error: null })
})

test('an answer cut before its end counts as unreachable, but its whole frames were kept', async () => {
  const { sync, log } = setUp([() => answer({ frame: 'receipts' })])
  expect(await sync.run()).toBe(false)
  expect(log).toEqual(['post', 'receipts'])
  expect(sync.state.error?.code).toBe('unreachable')
  expect(sync.state.last_ok_at).toBeNull()
})

test('after a cut the phone asks for less, after a good round for more again', async () => {
  const { sync, wants } = setUp([() => answer(), () => answer({ frame: 'end' }), () => answer({ frame: 'end' })])
  await sync.run()
  await sync.run()
  await sync.run()
  expect(wants[1]).toBe((wants[0] ?? 0) / 2)
  expect(wants[2]).toBe(wants[0])
})

test('what is recorded during a round starts another one, not a second at the same time', async () => {
  let release: (r: Response) => void = () => undefined
  const { sync, log } = setUp([() => new Promise<Response>((done) => (release = done)), () => answer({ frame: 'end' })])
  const first = sync.run()
  await Promise.resolve()
  const second = sync.run()
  await new Promise((r) => setTimeout(r, 1))
  release(answer({ frame: 'end' }))
  await Promise.all([first, second])
  expect(log).toEqual(['post', 'end', 'post', 'end'])
})

test('a resync order is followed at once', async () => {
  const { sync, log } = setUp([() => answer({ frame: 'resync', resync: true }), () => answer({ frame: 'end' })])
  expect(await sync.run()).toBe(true)
  expect(log).toEqual(['post', 'resync', 'post', 'end'])
})

test('a revoked device and an ended session are told to whoever must act', async () => {
  const revoked = setUp([() => Promise.reject(new Problem(401, 'device_revoked', '已停用', true))])
  await revoked.sync.run()
  expect(revoked.log).toContain('revoked true')
  const ended = setUp([() => Promise.reject(new SessionEnded('refresh_reused'))])
  await ended.sync.run()
  expect(ended.log).toContain('ended')
  expect(ended.sync.state.error?.code).toBe('session_ended')
})

test('a refusal of the hub is told with its own sentence', async () => {
  const { sync } = setUp([() => new Response('{"code":"client_too_old","detail":"请更新"}', { status: 426 })])
  await sync.run()
  expect(sync.state.error).toEqual({ code: 'client_too_old', detail: '请更新' })
})
