// What a chosen file is, by its first bytes: its name and the browser's word are not trusted.
import type { Size } from './photo-size'

/** Why a file gives no picture; for one that this browser cannot decode, what it is. */
export type KindRefusal = 'photo_empty' | 'photo_format' | 'photo_heic' | 'photo_not_picture' | 'photo_raw' | 'photo_unreadable' | 'photo_video'

export interface Kind {
  /** As people call it. */
  name: string
  /** What is said when it cannot be decoded. Which formats a browser decodes, only the browser knows. */
  undecoded: KindRefusal
  /** Size in the header, before anything is decoded; `null` when it does not say. */
  size: (file: DataView) => Size | null
}

const unknown = () => null
const picture = (name: string, size: Kind['size'] = unknown, undecoded: KindRefusal = 'photo_format'): Kind => ({ name, size, undecoded })

const JPEG = picture('JPEG', jpegSize, 'photo_unreadable')
const PNG = picture('PNG', pngSize, 'photo_unreadable')
/** What Xcode makes of PNG files inside of iPhone apps. */
const APPLE_PNG = picture('CgBI PNG', pngSize)
const HEIC = picture('HEIC', boxSize, 'photo_heic')
const AVIF = picture('AVIF', boxSize)
const RAW = picture('RAW', unknown, 'photo_raw')
const TIFF = picture('TIFF')
const VIDEO = picture('', unknown, 'photo_video')

/** First bytes, from an offset on; `?` stands for any byte. */
const BEGINNINGS: [at: number, text: string, kind: (file: DataView) => Kind][] = [
  [0, '\xff\xd8\xff', () => JPEG],
  [0, '\x89PNG\r\n\x1a\n', (file) => (text(file, 12, 4) === 'CgBI' ? APPLE_PNG : PNG)],
  [0, 'RIFF????WEBP', () => picture('WebP', webpSize)],
  [0, 'RIFF????AVI ', () => VIDEO],
  [0, 'GIF8', () => picture('GIF', (file) => ({ w: file.getUint16(6, true), h: file.getUint16(8, true) }))],
  // Bytes 6 to 9 are reserved and zero; without them any text that begins with BM would do.
  [0, 'BM????\0\0\0\0', () => picture('BMP', (file) => ({ w: Math.abs(file.getInt32(18, true)), h: Math.abs(file.getInt32(22, true)) }))],
  [0, '\0\0\0\x0cJXL ', () => picture('JPEG XL')],
  [0, '\xff\x0a', () => picture('JPEG XL')],
  [0, '\0\0\0\x0cjP  ', () => picture('JPEG 2000')],
  [0, 'II*\0', tiffKind],
  [0, 'MM\0*', tiffKind],
  // Olympus and Panasonic.
  [0, 'IIRO', () => RAW],
  [0, 'IIU\0', () => RAW],
  [0, 'FUJIFILMCCD-RAW', () => RAW],
  [4, 'ftyp', brandKind],
  // QuickTime files from before there was a name for them.
  ...['moov', 'mdat', 'wide'].map((box): [number, string, () => Kind] => [4, box, () => VIDEO]),
  // Matroska and WebM, MPEG, Flash.
  ...['\x1a\x45\xdf\xa3', '\0\0\x01\xba', '\0\0\x01\xb3', 'FLV\x01'].map((begin): [number, string, () => Kind] => [0, begin, () => VIDEO]),
]

/** Kind of file by its beginning (the first kilobytes do); `null` for what is neither a picture nor a film. */
export function kindOf(head: Uint8Array): Kind | null {
  const file = viewOf(head)
  const fits = (at: number, begin: string) => [...begin].every((letter, i) => letter === '?' || text(file, at + i, 1) === letter)
  return BEGINNINGS.find(([at, begin]) => fits(at, begin))?.[2](file) ?? null
}

/** Size by the header, before anything is decoded; `null` when it does not say. */
export function sizeOf(bytes: Uint8Array): Size | null {
  try {
    return kindOf(bytes)?.size(viewOf(bytes)) ?? null
  } catch {
    // The file ends before its header does.
    return null
  }
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Letters at `at`; fewer where the file ends. */
function text(file: DataView, at: number, length: number): string {
  const end = Math.min(at + length, file.byteLength)
  let found = ''
  for (let i = at; i < end; i += 1) found += String.fromCharCode(file.getUint8(i))
  return found
}

/** The family of formats that begin with `ftyp`: the main name, and for the general ones those it is compatible with. */
function brandKind(file: DataView): Kind {
  const main = text(file, 8, 4)
  const others = text(file, 16, Math.min(file.byteLength >= 4 ? file.getUint32(0) : 0, 256) - 16)
  if (/^avi[fs]$/.test(main)) return AVIF
  if (/^crx/.test(main)) return RAW
  if (/^he[iv][cxms]$/.test(main)) return HEIC
  if (/^(mif|msf|mia)/.test(main)) return /avi[fs]/.test(others) ? AVIF : HEIC
  return VIDEO
}

/** TIFF, or one of the cameras' own formats that are built like it: DNG, CR2, NEF, ARW, PEF and others. */
function tiffKind(file: DataView): Kind {
  const little = text(file, 0, 2) === 'II'
  if (text(file, 8, 2) === 'CR') return RAW
  const at = file.byteLength >= 8 ? file.getUint32(4, little) : 0
  const count = at > 0 && at + 2 <= file.byteLength ? file.getUint16(at, little) : 0
  const tags = new Set<number>()
  for (let i = 0; i < count && at + 14 + i * 12 <= file.byteLength; i += 1) tags.add(file.getUint16(at + 2 + i * 12, little))
  // DNG version; or a camera's name beside further pictures, of which the first is only a preview.
  return tags.has(0xc612) || (tags.has(0x010f) && tags.has(0x014a)) ? RAW : TIFF
}

function jpegSize(file: DataView): Size | null {
  for (let at = 2; at + 9 <= file.byteLength; ) {
    const marker = file.getUint8(at + 1)
    // Fill bytes, stuffed ones, and what some programs leave between segments.
    if (file.getUint8(at) !== 0xff || marker === 0xff || marker === 0) at += 1
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2
    else if (marker === 0xd9 || marker === 0xda) return null
    // Start-of-frame markers, without the three of that range that mean something else.
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return { h: file.getUint16(at + 5), w: file.getUint16(at + 7) }
    else at += 2 + Math.max(2, file.getUint16(at + 2))
  }
  return null
}

/** The first chunk; Apple puts one of its own before it. */
function pngSize(file: DataView): Size {
  const at = text(file, 12, 4) === 'CgBI' ? 28 + file.getUint32(8) : 16
  return { w: file.getUint32(at), h: file.getUint32(at + 4) }
}

function webpSize(file: DataView): Size | null {
  const variant = text(file, 12, 4)
  const three = (at: number) => 1 + file.getUint16(at, true) + file.getUint8(at + 2) * 0x10000
  if (variant === 'VP8X') return { w: three(24), h: three(27) }
  if (variant === 'VP8 ') return { w: file.getUint16(26, true) & 0x3fff, h: file.getUint16(28, true) & 0x3fff }
  if (variant !== 'VP8L') return null
  const bits = file.getUint32(21, true)
  return { w: (bits & 0x3fff) + 1, h: ((bits >>> 14) & 0x3fff) + 1 }
}

/** HEIC and AVIF name a size for each tile and for the whole: the largest counts. */
function boxSize(file: DataView): Size | null {
  const head = text(file, 0, 64 * 1024)
  let largest: Size | null = null
  for (let at = head.indexOf('ispe'); at >= 0 && at + 16 <= file.byteLength; at = head.indexOf('ispe', at + 4)) {
    const size = { w: file.getUint32(at + 8), h: file.getUint32(at + 12) }
    if (!largest || size.w * size.h > largest.w * largest.h) largest = size
  }
  return largest
}
