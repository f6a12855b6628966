const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A new id: 48 bits of unix milliseconds and 80 random bits, as 26 Crockford characters. */
export function ulid(now = Date.now(), random = crypto.getRandomValues(new Uint8Array(10))): string {
  let bits = BigInt(Math.max(0, Math.trunc(now))) & 0xffff_ffff_ffffn
  for (const byte of random) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let i = 0; i < 26; i++) {
    text = ALPHABET[Number(bits & 31n)] + text
    bits >>= 5n
  }
  return text
}
