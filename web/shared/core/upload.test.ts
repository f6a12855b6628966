import { expect, test } from 'vitest'
import { Unreachable } from './problem'
import { upload, type Send } from './upload'

const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => i % 251)

/** A hub that keeps what it takes and checks every offset; `cut` decides per PATCH whether the line breaks, before or after it took the bytes. */
function hub(cut: (n: number) => 'before' | 'after' | 'half' | null = () => null) {
  const taken: number[] = []
  let complete = false
  let patches = 0
  let heads = 0
  const send: Send = (_, init) => {
    const headers = new Headers(init.headers)
    if (init.method === 'HEAD') {
      heads++
      if (!taken.length) return Promise.resolve(new Response(null, { status: 404 }))
      return Promise.resolve(new Response(null, { headers: { 'Upload-Offset': String(taken.length), 'Upload-Complete': complete ? '?1' : '?0' } }))
    }
    const fate = cut(patches++)
    if (fate === 'before') return Promise.reject(new Unreachable())
    if (Number(headers.get('Upload-Offset')) !== taken.length)
      return Promise.resolve(new Response('{}', { status: 409, headers: { 'Upload-Offset': String(taken.length) } }))
    const body = [...(init.body as Uint8Array)]
    taken.push(...(fate === 'half' ? body.slice(0, body.length >> 1) : body))
    if (fate) return Promise.reject(new Unreachable())
    complete = headers.get('Upload-Complete') === '?1'
    return Promise.resolve(new Response(null, { status: 204, headers: { 'Upload-Offset': String(taken.length) } }))
  }
  return { send, taken, patches: () => patches, heads: () => heads }
}

test('a picture goes up in pieces and arrives whole', async () => {
  const h = hub()
  const seen: number[] = []
  await upload('aa', BYTES, h.send, (o) => seen.push(o), 300)
  expect(h.taken).toEqual([...BYTES])
  expect(seen).toEqual([0, 300, 600, 900, 1000])
})

test('a second upload of the same picture costs one question', async () => {
  const h = hub()
  await upload('aa', BYTES, h.send, () => undefined, 300)
  const before = h.patches()
  await upload('aa', BYTES, h.send, () => undefined, 300)
  expect(h.patches()).toBe(before)
})

test('a broken line goes on at the byte where the hub stands, wherever it broke', async () => {
  for (const fate of ['before', 'after', 'half'] as const) {
    const h = hub((n) => (n % 2 === 1 ? fate : null))
    let tries = 0
    for (;;) {
      tries++
      const done = await upload('aa', BYTES, h.send, () => undefined, 200).then(
        () => true,
        (error: unknown) => {
          expect(error).toBeInstanceOf(Unreachable)
          return false
        },
      )
      if (done) break
      expect(tries).toBeLessThan(20)
    }
    expect(h.taken, fate).toEqual([...BYTES])
  }
})

test('a piece the browser sent twice by itself is corrected by the hub, not sent wrong', async () => {
  const h = hub()
  let doubled = false
  const twice: Send = async (path, init) => {
    if (init.method === 'PATCH' && !doubled) {
      doubled = true
      await h.send(path, init)
    }
    return h.send(path, init)
  }
  await upload('aa', BYTES, twice, () => undefined, 300)
  expect(h.taken).toEqual([...BYTES])
})

test('a refusal is told with its code', async () => {
  const send: Send = (_, init) =>
    Promise.resolve(init.method === 'HEAD' ? new Response(null, { status: 404 }) : new Response('{"code":"media_too_large"}', { status: 413 }))
  await expect(upload('aa', BYTES, send, () => undefined)).rejects.toMatchObject({ status: 413, code: 'media_too_large' })
})

test('a hub that keeps changing its mind ends the try instead of looping', async () => {
  let n = 0
  const send: Send = (_, init) =>
    Promise.resolve(init.method === 'HEAD' ? new Response(null, { status: 404 }) : new Response('{"code":"offset"}', { status: 409, headers: { 'Upload-Offset': String((n++ % 3) * 10) } }))
  await expect(upload('aa', BYTES, send, () => undefined)).rejects.toMatchObject({ status: 409 })
})
