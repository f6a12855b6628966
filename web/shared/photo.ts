import { hex, sha256 } from './hex'

/** Longest side of a kept photo, pixels. */
export const LONGEST_SIDE = 1600
/** Longest side of the small picture in lists, pixels. */
export const THUMB_SIDE = 320
/** Largest picture file taken from the camera or the album, bytes. */
export const MOST_BYTES = 30 * 1024 * 1024
/** Largest picture taken, pixels: more would run old phones out of memory. */
export const MOST_PIXELS = 120_000_000

/** Why a picture was not taken: the message files say it with the limit. */
export type Refusal = 'photo_too_heavy' | 'photo_too_large' | 'photo_unreadable' | 'photo_not_picture' | 'storage_full'

export class PhotoRefused extends Error {
  constructor(readonly code: Refusal) {
    super(`${code}: `)
  }
}

export interface Size {
  w: number
  h: number
}

/** The size that keeps the shape with no side over `most`; never larger than the original, never under one pixel. */
export function fitted({ w, h }: Size, most: number): Size {
  const scale = Math.min(1, most / Math.max(w, h))
  return { w: Math.max(1, Math.round(w * scale)), h: Math.max(1, Math.round(h * scale)) }
}

const FORMATS: [string, (b: Uint8Array) => boolean][] = [
  ['image/jpeg', (b) => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff],
  ['image/png', (b) => b[0] === 0x89 && b[1] === 0x50 && b[2] === 0x4e && b[3] === 0x47],
  ['image/webp', (b) => b[0] === 0x52 && b[1] === 0x49 && b[8] === 0x57 && b[9] === 0x45],
  ['image/heic', (b) => b[4] === 0x66 && b[5] === 0x74 && b[6] === 0x79 && b[7] === 0x70],
]

/** Kind of picture by its first bytes; the name and the browser's word are not trusted. */
export const formatOf = (bytes: Uint8Array): string | null => FORMATS.find(([, fits]) => fits(bytes))?.[0] ?? null

/** Size of a JPEG or PNG read from its header, before anything is decoded; `null` when it does not say. */
export function sizeOf(bytes: Uint8Array): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (formatOf(bytes) === 'image/png') return view.byteLength < 24 ? null : { w: view.getUint32(16), h: view.getUint32(20) }
  if (formatOf(bytes) !== 'image/jpeg') return null
  for (let at = 2; at + 9 < view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at += 1
      continue
    }
    // Start-of-frame markers, without the four of that range that mean something else.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return { h: view.getUint16(at + 5), w: view.getUint16(at + 7) }
    at += 2 + view.getUint16(at + 2)
  }
  return null
}

/** Refuses what the phone or the hub could not take; answers the first bytes' kind. */
export function checked(bytes: Uint8Array): string {
  if (bytes.byteLength > MOST_BYTES) throw new PhotoRefused('photo_too_heavy')
  const format = formatOf(bytes)
  if (!format) throw new PhotoRefused('photo_not_picture')
  const size = sizeOf(bytes)
  if (size && size.w * size.h > MOST_PIXELS) throw new PhotoRefused('photo_too_large')
  return format
}

/** A picture ready to be kept and sent. */
export interface Shot extends Size {
  bytes: Uint8Array<ArrayBuffer>
  thumb: Uint8Array<ArrayBuffer>
  mime: string
  sha256: string
  /** Hash of the file as the camera made it, before it was made smaller and marked. */
  original_sha256: string
}

/**
 * Makes a camera file into what is kept: at most `LONGEST_SIDE` pixels, upright, with `lines` burned into its lower left
 * corner, JPEG at 0.8. The result carries no EXIF. One picture at a time: the decoded bitmap is freed at once.
 */
export async function prepared(file: Blob, lines: string[]): Promise<Shot> {
  const original = new Uint8Array(await file.arrayBuffer())
  checked(original)
  const original_sha256 = hex(await crypto.subtle.digest('SHA-256', original))
  let bitmap: ImageBitmap
  try {
    bitmap = await createImageBitmap(new Blob([original]), { imageOrientation: 'from-image' })
  } catch {
    throw new PhotoRefused('photo_unreadable')
  }
  try {
    const size = fitted({ w: bitmap.width, h: bitmap.height }, LONGEST_SIDE)
    const canvas = drawn(bitmap, size)
    marked(canvas, lines)
    const thumb = drawn(canvas, fitted(size, THUMB_SIDE))
    const bytes = await jpeg(canvas, 0.8)
    return { ...size, bytes, thumb: await jpeg(thumb, 0.7), mime: 'image/jpeg', sha256: await sha256(bytes), original_sha256 }
  } finally {
    bitmap.close()
  }
}

function drawn(source: CanvasImageSource, { w, h }: Size): OffscreenCanvas {
  const canvas = new OffscreenCanvas(w, h)
  const context = canvas.getContext('2d')
  if (!context) throw new PhotoRefused('photo_unreadable')
  context.imageSmoothingQuality = 'high'
  context.drawImage(source, 0, 0, w, h)
  return canvas
}

const jpeg = async (canvas: OffscreenCanvas, quality: number) =>
  new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality })).arrayBuffer())

/** Burns the lines in at the lower left, on a dark ground that keeps them readable on any picture. */
function marked(canvas: OffscreenCanvas, lines: string[]): void {
  const context = canvas.getContext('2d')
  if (!context || !lines.length) return
  const { width, height } = canvas
  const font = Math.max(14, Math.round(Math.max(width, height) / 40))
  const step = Math.round(font * 1.4)
  const block = step * lines.length + font
  const shade = context.createLinearGradient(0, height - block * 1.4, 0, height)
  shade.addColorStop(0, 'rgba(0,0,0,0)')
  shade.addColorStop(0.4, 'rgba(0,0,0,0.55)')
  shade.addColorStop(1, 'rgba(0,0,0,0.75)')
  context.fillStyle = shade
  context.fillRect(0, height - block * 1.4, width, block * 1.4)
  context.font = `600 ${font}px system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif`
  context.fillStyle = '#fff'
  context.textBaseline = 'alphabetic'
  lines.forEach((line, i) => context.fillText(line, font * 0.7, height - font * 0.8 - step * (lines.length - 1 - i), width - font * 1.4))
}
