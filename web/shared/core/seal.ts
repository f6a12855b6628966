// Seals a file so that the hub alone opens it. The form is told in docs/PROTOCOL.md, "Hand-over files".

type Bytes = Uint8Array<ArrayBuffer>

const MAGIC = new TextEncoder().encode('WLHAND01')
const INFO = new TextEncoder().encode('warmline hand-over 1')
const CURVE = { name: 'ECDH', namedCurve: 'P-256' }

export function joined(parts: Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.byteLength
  }
  return all
}

/** `key`: the hub's public key, a P-256 point in hexadecimal. */
export async function seal(key: string, content: Bytes): Promise<Bytes> {
  const { subtle } = crypto
  const theirs = bytesOf(key)
  const pair = await subtle.generateKey(CURVE, false, ['deriveBits'])
  const ours = new Uint8Array(await subtle.exportKey('raw', pair.publicKey))
  const secret = await subtle.deriveBits({ name: 'ECDH', public: await subtle.importKey('raw', theirs, CURVE, false, []) }, pair.privateKey, 256)
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: joined([ours, theirs]), info: INFO }
  const sealing = await subtle.deriveKey(derivation, await subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']), { name: 'AES-GCM', length: 256 }, false, ['encrypt'])
  const id = new Uint8Array(await subtle.digest('SHA-256', theirs)).slice(0, 8)
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const header = joined([MAGIC, id, ours, nonce])
  const sealed = await subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: header }, sealing, content)
  return joined([header, new Uint8Array(sealed)])
}

function bytesOf(hex: string): Bytes {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

