import { Problem } from './problem'

/** Sends a request with the bearer token; throws `Unreachable` when no answer comes. */
export type Send = (path: string, init: RequestInit) => Promise<Response>

export const CHUNK = 256 * 1024

/** After this many corrections of the offset the two sides do not understand each other. */
const MOST_CORRECTIONS = 5

/**
 * Brings `bytes` to the hub under their hash, from wherever the hub already is. Safe to repeat at any time.
 * `confirmed` is told each offset the hub has confirmed.
 */
export async function upload(sha256: string, bytes: Uint8Array<ArrayBuffer>, send: Send, confirmed: (offset: number) => unknown, chunk = CHUNK): Promise<void> {
  const path = `/v1/media/${sha256}`
  const start = await position(path, bytes.length, send)
  if (start === 'complete') return void (await confirmed(bytes.length))

  let offset = start
  let corrections = 0
  await confirmed(offset)
  while (offset < bytes.length) {
    const end = Math.min(offset + chunk, bytes.length)
    const answer = await send(path, {
      method: 'PATCH',
      headers: {
        'Content-Type': 'application/partial-upload',
        'Upload-Offset': String(offset),
        'Upload-Length': String(bytes.length),
        'Upload-Complete': end === bytes.length ? '?1' : '?0',
      },
      body: bytes.subarray(offset, end),
    })
    if (answer.ok) {
      offset = reported(answer) ?? end
      await confirmed(offset)
      continue
    }
    const right = answer.status === 409 ? reported(answer) : null
    if (right === null || right > bytes.length || ++corrections > MOST_CORRECTIONS) throw await Problem.from(answer)
    // A repeated or half-taken piece: the hub's count decides. Nothing left to send means it has all but did not say so yet.
    if (right === bytes.length) {
      if ((await position(path, bytes.length, send)) === 'complete') return void (await confirmed(bytes.length))
      throw await Problem.from(answer)
    }
    offset = right
    await confirmed(offset)
  }
}

async function position(path: string, length: number, send: Send): Promise<number | 'complete'> {
  const answer = await send(path, { method: 'HEAD' })
  if (answer.status === 404) return 0
  if (!answer.ok) throw await Problem.from(answer)
  if (answer.headers.get('Upload-Complete') === '?1') return 'complete'
  const offset = reported(answer) ?? 0
  return offset < length ? offset : 0
}

function reported(answer: Response): number | null {
  const text = answer.headers.get('Upload-Offset')
  return text !== null && /^\d+$/.test(text) ? Number(text) : null
}
