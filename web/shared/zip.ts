/** One file of an archive. */
export interface Packed {
  name: string
  bytes: Uint8Array<ArrayBuffer>
}

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1
  return n
})

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 255] ?? 0)
  return (crc ^ 0xffffffff) >>> 0
}

/** A ZIP archive that only stores (photos are compressed already), with UTF-8 names. */
export function zip(files: Packed[]): Blob {
  const parts: BlobPart[] = []
  const index: Uint8Array<ArrayBuffer>[] = []
  let at = 0
  for (const { name, bytes } of files) {
    const label = new TextEncoder().encode(name)
    const crc = crc32(bytes)
    const common = (view: DataView, from: number) => {
      view.setUint16(from, 20, true)
      view.setUint16(from + 2, 0x0800, true)
      view.setUint16(from + 8, 0x21, true) // 1980-01-01: the archive says nothing of its time
      view.setUint32(from + 10, crc, true)
      view.setUint32(from + 14, bytes.length, true)
      view.setUint32(from + 18, bytes.length, true)
      view.setUint16(from + 22, label.length, true)
    }
    const head = record(30, 0x04034b50, label, (view) => common(view, 4))
    index.push(
      record(46, 0x02014b50, label, (view) => {
        view.setUint16(4, 20, true)
        common(view, 6)
        view.setUint32(42, at, true)
      }),
    )
    parts.push(head, bytes)
    at += head.length + bytes.length
  }
  const size = index.reduce((sum, entry) => sum + entry.length, 0)
  const end = record(22, 0x06054b50, new Uint8Array(), (view) => {
    view.setUint16(8, files.length, true)
    view.setUint16(10, files.length, true)
    view.setUint32(12, size, true)
    view.setUint32(16, at, true)
  })
  return new Blob([...parts, ...index, end], { type: 'application/zip' })
}

function record(length: number, signature: number, label: Uint8Array, fill: (view: DataView) => void): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length + label.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, signature, true)
  fill(view)
  bytes.set(label, length)
  return bytes
}
