/** Largest frame the phone takes; the hub's limit is lower. */
export const MAX_FRAME = 16 * 1024 * 1024

export class FrameTooLarge extends Error {}

/**
 * Cuts a byte stream into frames of `u32 big-endian length | body`. Bytes arrive in any pieces.
 * A stream that ends within a frame simply ends: what came whole before it has been yielded.
 * `heard` is called whenever bytes arrive.
 */
export async function* frames(stream: ReadableStream<Uint8Array>, heard: () => void = () => undefined): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = stream.getReader()
  let kept = new Uint8Array(0)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      heard()
      kept = joined(kept, value)
      for (;;) {
        if (kept.length < 4) break
        const length = new DataView(kept.buffer, kept.byteOffset, 4).getUint32(0)
        if (length > MAX_FRAME) throw new FrameTooLarge(`${length}`)
        if (kept.length < 4 + length) break
        // One without content says that the line is alive.
        if (length > 0) yield kept.slice(4, 4 + length)
        kept = kept.subarray(4 + length)
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
