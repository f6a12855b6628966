import { joined, seal } from './seal'
import type { MediaRow, Session, Store } from './store'

/** Content of one file at most, bytes; the hub takes a little more. */
const MOST = 120 * 1024 * 1024
const HEAD = 0
const PUSH = 1
const PHOTO = 2
/** What is stored of a core that cannot be read: for who repairs. */
const STORED = 3

export interface HandedOver {
  file: Blob
  /** Photos for which this file had no room. */
  left_out: number
}

interface Contents {
  session: Session
  store: Pick<Store, 'bytes' | 'entries'>
  /** What the core hands over: each push behind its length. `null` when the core cannot be read. */
  pushes: Uint8Array | null
  photos: MediaRow[]
  now: number
  most?: number
}

/** Everything that the office does not have, in one file that only its hub can open. */
export async function handOver({ session, store, pushes, photos, now, most = MOST }: Contents): Promise<HandedOver> {
  if (!session.hand_over_key) throw new Error('hand_over_no_key: ')
  const { device, person, refresh: token } = session
  const parts = [part(HEAD, new TextEncoder().encode(JSON.stringify({ device, person, token, made_at: now })))]
  if (pushes) for (const push of framed(pushes)) parts.push(part(PUSH, push))
  else for (const { key, value } of await store.entries()) parts.push(part(STORED, joined([new TextEncoder().encode(`${key}\0`), value])))
  let size = parts.reduce((sum, { byteLength }) => sum + byteLength, 0)
  let left_out = 0
  for (const row of photos) {
    const bytes = size + row.size <= most ? await store.bytes(row.sha256) : undefined
    if (bytes) {
      parts.push(part(PHOTO, bytes))
      size += bytes.byteLength
    } else if (row.kept) left_out += 1
  }
  return { file: new Blob([await seal(session.hand_over_key, joined(parts))], { type: 'application/octet-stream' }), left_out }
}

function part(tag: number, bytes: Uint8Array): Uint8Array {
  const head = new Uint8Array(5)
  head[0] = tag
  new DataView(head.buffer).setUint32(1, bytes.byteLength)
  return joined([head, bytes])
}

function* framed(all: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < all.byteLength; ) {
    const length = new DataView(all.buffer, all.byteOffset + at).getUint32(0)
    yield all.subarray(at + 4, at + 4 + length)
    at += 4 + length
  }
}
