import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { Hub, lifetimeOf } from './hub'
import { Problem, SessionEnded, Unreachable } from './problem'
import { Store, type Session } from './store'

let n = 0
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })

const session: Session = {
  device: 'D', device_name: '手机', person: 'P', name: '王某', role: 'grid_worker', tenant: { id: 'T', code: 't', name: '街道' }, units: [],
  refresh: 'r1', access: 'a1', access_until: 1_000_000, enrolled_at: 0,
}

async function setUp(answer: (path: string, init: RequestInit) => Response | Promise<Response>, now = 0) {
  const store = await Store.open('me', `hub-${n++}`)
  await store.write({ singles: { session } })
  const asked: { path: string; bearer: string | null; body: string }[] = []
  const hub = new Hub(store, '1.0', () => now, (input, init = {}) => {
    const path = String(input)
    asked.push({ path, bearer: new Headers(init.headers).get('Authorization'), body: String(init.body ?? '') })
    return Promise.resolve(answer(path, init))
  })
  await hub.load()
  return { hub, store, asked }
}

test('a token that still lives is used as it is', async () => {
  const { hub, asked } = await setUp(() => json(200, {}))
  await hub.authorised('/v1/me')
  expect(asked.map((a) => [a.path, a.bearer])).toEqual([['/v1/me', 'Bearer a1']])
})

test('an ended token is renewed, and the new pair is on the disk before it is used', async () => {
  let storedAtUse: string | undefined
  const { hub, store } = await setUp(async (path) => {
    if (path === '/v1/token') return json(200, { access: 'a2', access_expires_at: 9e15, refresh: 'r2' })
    storedAtUse = (await store.single('session'))?.refresh
    return json(200, {})
  }, 2_000_000)
  await hub.authorised('/v1/me')
  expect(storedAtUse).toBe('r2')
})

test('requests at the same time share one renewal', async () => {
  const { hub, asked } = await setUp((path) => (path === '/v1/token' ? json(200, { access: 'a2', access_expires_at: 9e15, refresh: 'r2' }) : json(200, {})), 2_000_000)
  await Promise.all([hub.authorised('/a'), hub.authorised('/b'), hub.authorised('/c')])
  expect(asked.filter((a) => a.path === '/v1/token')).toHaveLength(1)
})

test('a refused token is renewed once, then the refusal is told', async () => {
  const { hub, asked } = await setUp((path) => (path === '/v1/token' ? json(200, { access: 'a2', access_expires_at: 9e15, refresh: 'r2' }) : json(401, { code: 'token_expired' })))
  await expect(hub.authorised('/v1/me')).rejects.toMatchObject({ code: 'token_expired' })
  expect(asked.map((a) => a.path)).toEqual(['/v1/me', '/v1/token', '/v1/me'])
})

test('a revoked device is told at once, with the order to wipe', async () => {
  const { hub, asked } = await setUp(() => json(401, { code: 'device_revoked', wipe: true }))
  await expect(hub.authorised('/v1/me')).rejects.toMatchObject({ code: 'device_revoked', wipe: true })
  expect(asked).toHaveLength(1)
})

test('a refresh token the hub no longer takes ends the session', async () => {
  const { hub } = await setUp(() => json(401, { code: 'refresh_reused' }), 2_000_000)
  await expect(hub.authorised('/v1/me')).rejects.toBeInstanceOf(SessionEnded)
})

test('no network and a gateway without its hub are the same thing: unreachable', async () => {
  const dead = await setUp(() => Promise.reject(new TypeError('Failed to fetch')))
  await expect(dead.hub.authorised('/v1/me')).rejects.toBeInstanceOf(Unreachable)
  const away = await setUp(() => json(502, {}))
  await expect(away.hub.authorised('/v1/me')).rejects.toBeInstanceOf(Unreachable)
})

test('enrolment tells why it was refused', async () => {
  const { hub } = await setUp(() => json(403, { code: 'enrolment_code_used', detail: '此登记码已用过' }))
  const refused = await hub.enrol({ code: 'X', password: 'p', deviceName: 'd' }).catch((e: unknown) => e)
  expect(refused).toBeInstanceOf(Problem)
  expect(refused).toMatchObject({ code: 'enrolment_code_used', detail: '此登记码已用过' })
})

test('the life of a token is counted by its own times, not by the clock of the phone', () => {
  const token = `x.${btoa(JSON.stringify({ iat: 100, exp: 1000 }))}.y`
  expect(lifetimeOf(token)).toBe(900_000)
  expect(lifetimeOf('opaque')).toBeNull()
})

test('a phone signs its renewals with the key that it showed at its sign-in', async () => {
  const token = (iat: number) => `h.${btoa(JSON.stringify({ iat, exp: iat + 900 }))}.s`
  const enrolled = { ...session, user: { id: 'P', name: '王某', role: 'grid_worker', tenant: session.tenant, units: [] } }
  const { hub, store, asked } = await setUp((path) => (path === '/v1/enrol' ? json(200, { ...enrolled, access: token(1_000) }) : json(200, { access: token(2_000), access_expires_at: 9e15, refresh: 'r2' })), 5_000_000)
  const { session: fresh } = await hub.enrol({ code: 'C', password: 'p', deviceName: '手机' })
  await store.write({ singles: { session: fresh } })
  // As after a restart: the key comes from the disk.
  await hub.load()
  const shown = JSON.parse(asked.at(-1)?.body ?? '') as { key: string }
  await hub.authorised('/v1/me')
  expect(asked.map((a) => a.path)).toEqual(['/v1/enrol', '/v1/me'])
  hub.use({ ...(hub.current() ?? fresh), access_until: 0 })
  await hub.authorised('/v1/me')
  const { proof } = JSON.parse(asked[2]?.body ?? '') as { proof: { tenant: string; device: string; at: number; signature: string } }
  const bytes = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16))
  const key = await crypto.subtle.importKey('raw', bytes(shown.key), { name: 'ECDSA', namedCurve: 'P-256' }, true, ['verify'])
  const message = (at: number) => new TextEncoder().encode(`warmline renewal 1\nT\nD\n${at}\nr1`)
  const holds = (at: number) => crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, bytes(proof.signature), message(at))
  expect(await holds(proof.at)).toBe(true)
  expect(await holds(proof.at + 1)).toBe(false)
  await expect(crypto.subtle.exportKey('pkcs8', (fresh.key as CryptoKeyPair).privateKey)).rejects.toThrow()
})
