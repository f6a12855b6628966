import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { address, client, Problem } from './api'

let server: Server
let base = ''
let answer: (request: IncomingMessage, response: ServerResponse) => void
const plain = globalThis.fetch

beforeAll(async () => {
  server = createServer((request, response) => answer(request, response))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // Pages ask their own origin; here that is the server above.
  globalThis.fetch = (input, init) => plain(typeof input === 'string' && input.startsWith('/') ? base + input : input, init)
})
afterAll(() => {
  globalThis.fetch = plain
  server.close()
})

let token = 'old'
let renewals = 0
let renewable = true
let skew = 0
beforeEach(() => {
  token = 'old'
  renewals = 0
  renewable = true
})
const calls = client({
  token: () => token,
  renew: async () => {
    renewals++
    token = 'new'
    return renewable
  },
  clock: (measured) => (skew = measured),
})
const json = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json' })
  response.end(JSON.stringify(body))
}
const failure = async (work: Promise<unknown>): Promise<Problem> => {
  try {
    await work
  } catch (error) {
    return error as Problem
  }
  throw new Error('it did not fail')
}

test('filters that are not set stay out of the address', () => {
  expect(address('/visits', { state: 'submitted', query: '', unit: null, cursor: undefined, disputed: false, limit: 50 })).toBe('/v1/visits?state=submitted&limit=50')
  expect(address('/tickets', { query: '楼道 3&4' })).toBe(`/v1/tickets?query=${encodeURIComponent('楼道').replaceAll('%20', '+')}+3%264`)
  expect(address('/me')).toBe('/v1/me')
})

test('a call carries the token and its JSON body', async () => {
  answer = (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => json(response, 200, { method: request.method, bearer: request.headers.authorization, type: request.headers['content-type'], body: Buffer.concat(parts).toString() }))
  }
  expect(await calls.json('/visits/V/settle', { json: { path: 'fields/severity' } })).toEqual({ method: 'POST', bearer: 'Bearer old', type: 'application/json', body: '{"path":"fields/severity"}' })
})

test('an expired token is renewed once and the call repeated', async () => {
  answer = (request, response) => (request.headers.authorization === 'Bearer new' ? json(response, 200, { ok: true }) : json(response, 401, { code: 'token_expired' }))
  expect(await calls.json('/me')).toEqual({ ok: true })
  expect(renewals).toBe(1)
})

test('a call is not repeated for ever when the fresh token is refused too', async () => {
  answer = (_, response) => json(response, 401, { code: 'token_expired' })
  expect((await failure(calls.json('/me'))).code).toBe('token_expired')
  expect(renewals).toBe(1)
})

test('a revoked device does not ask for a fresh token', async () => {
  answer = (_, response) => json(response, 401, { code: 'device_revoked' })
  expect((await failure(calls.json('/me'))).code).toBe('device_revoked')
  expect(renewals).toBe(0)
})

test('a refusal carries the hub’s code, sentence and request number', async () => {
  answer = (_, response) => json(response, 409, { code: 'photos_pending', detail: '还有照片没到', request_id: 'R1' })
  const problem = await failure(calls.json('/visits/V/review', { json: {} }))
  expect(problem).toBeInstanceOf(Problem)
  expect([problem.status, problem.code, problem.detail, problem.requestId]).toEqual([409, 'photos_pending', '还有照片没到', 'R1'])
})

test('an answer that is no problem document still is a problem', async () => {
  answer = (_, response) => {
    response.writeHead(502)
    response.end('<html>')
  }
  expect((await failure(calls.json('/me'))).code).toBe('http_502')
})

test('no answer at all is told as a network problem', async () => {
  answer = (request) => request.socket.destroy()
  const problem = await failure(calls.json('/me'))
  expect([problem.status, problem.code]).toEqual([0, 'network'])
})

test('an empty answer and a file are read as such, and the hub’s clock is noticed', async () => {
  answer = (request, response) => {
    response.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString())
    if (request.url?.startsWith('/v1/media/')) return void response.end(Buffer.from([1, 2, 3]))
    response.writeHead(204)
    response.end()
  }
  expect(await calls.json('/devices/D/revoke', { json: { reason: 'lost' } })).toBeUndefined()
  expect(new Uint8Array(await (await calls.blob('/media/ab')).arrayBuffer())).toEqual(new Uint8Array([1, 2, 3]))
  expect(Math.round(skew / 60_000)).toBe(60)
})
