import { hex, sha256 } from './hex'
import { likenessOf, LOOK, lookedAt } from './likeness'
import { fitted, glance, keptSize, letterHeight, THUMB_SIDE, type Part, type Size } from './photo-size'
import { kindOf, sizeOf, type Kind, type KindRefusal } from './picture-kind'

/** Largest picture file taken from the camera or the album, bytes. */
export const MOST_BYTES = 30 * 1024 * 1024
/** Largest picture taken, pixels: more would run old phones out of memory. */
export const MOST_PIXELS = 120_000_000

/** So many bytes tell what kind of file it is. */
const HEAD_BYTES = 4096
/** A kept picture should not be heavier, bytes: with a weak signal it takes minutes, and the office takes 15 MB at most. */
const KEPT_BYTES = 6 * 1024 * 1024
/** JPEG qualities, tried in this order. A long chat full of pictures may need the last. */
const QUALITIES = [0.8, 0.65, 0.5]

/** Why a picture was not taken: the message files say it with the limit and the format. */
export type Refusal = KindRefusal | 'photo_too_heavy' | 'photo_too_large' | 'photo_not_read' | 'storage_full'

export class PhotoRefused extends Error {
  constructor(
    readonly code: Refusal,
    /** Name of the file's format. */
    readonly format = '',
  ) {
    super(`${code}: ${format}`)
  }
}

/** The kind of a chosen file of `bytes` bytes; refuses what is no picture or too heavy. */
export function admitted(head: Uint8Array, bytes: number): Kind {
  if (bytes === 0) throw new PhotoRefused('photo_empty')
  const kind = kindOf(head)
  if (!kind) throw new PhotoRefused('photo_not_picture')
  if (kind.undecoded === 'photo_video') throw new PhotoRefused('photo_video')
  if (bytes > MOST_BYTES) throw new PhotoRefused('photo_too_heavy')
  return kind
}

/** Refuses what would run the phone out of memory, before it is decoded. */
export function bounded(bytes: Uint8Array): void {
  const size = sizeOf(bytes)
  if (size && size.w * size.h > MOST_PIXELS) throw new PhotoRefused('photo_too_large')
}

/** A picture ready to be kept and sent. */
export interface Shot extends Size {
  bytes: Uint8Array<ArrayBuffer>
  thumb: Uint8Array<ArrayBuffer>
  mime: string
  sha256: string
  /** Hash of the file as the camera made it, before it was made smaller and marked. */
  original_sha256: string
  /** What the picture looks like, before it was marked; empty for one without features. */
  likeness?: string
}

/**
 * Makes a camera file into what is kept: as large as `keptSize` says, upright, with `lines` burned into its lower left
 * corner, JPEG. The result carries no EXIF. One picture at a time: the decoded bitmap is freed at once.
 */
export async function prepared(file: Blob, lines: string[]): Promise<Shot> {
  const kind = admitted(await read(file.slice(0, HEAD_BYTES)), file.size)
  const original = await read(file)
  bounded(original)
  const original_sha256 = hex(await crypto.subtle.digest('SHA-256', original))
  const bitmap = await decoded(original, kind)
  try {
    const size = keptSize({ w: bitmap.width, h: bitmap.height })
    const canvas = drawn(bitmap, { x: 0, y: 0, w: bitmap.width, h: bitmap.height }, size)
    const likeness = looks(canvas)
    marked(canvas, lines)
    const part = glance(size)
    const thumb = drawn(canvas, part, fitted(part, THUMB_SIDE))
    const bytes = await kept(canvas)
    return { ...size, bytes, thumb: await jpeg(thumb, 0.7), mime: 'image/jpeg', sha256: await sha256(bytes), original_sha256, likeness }
  } finally {
    bitmap.close()
  }
}

async function read(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer())
  } catch {
    // Albums list pictures that lie in a cloud, and files that were deleted meanwhile.
    throw new PhotoRefused('photo_not_read')
  }
}

async function decoded(original: Uint8Array<ArrayBuffer>, { undecoded, name }: Kind): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(new Blob([original]), { imageOrientation: 'from-image' })
  } catch {
    throw new PhotoRefused(undecoded, name)
  }
}

function drawn(source: CanvasImageSource, { x, y, w, h }: Part, to: Size): OffscreenCanvas {
  const canvas = new OffscreenCanvas(to.w, to.h)
  const context = canvas.getContext('2d')
  if (!context) throw new PhotoRefused('photo_unreadable')
  context.imageSmoothingQuality = 'high'
  context.drawImage(source, x, y, w, h, 0, 0, to.w, to.h)
  return canvas
}

const looks = (canvas: OffscreenCanvas) =>
  likenessOf(drawn(canvas, lookedAt({ w: canvas.width, h: canvas.height }), LOOK).getContext('2d')?.getImageData(0, 0, LOOK.w, LOOK.h).data ?? [])

/** The picture at the best quality that is not too heavy; at the last one if all are. */
async function kept(canvas: OffscreenCanvas): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array()
  for (const quality of QUALITIES) {
    bytes = await jpeg(canvas, quality)
    if (bytes.byteLength <= KEPT_BYTES) break
  }
  return bytes
}

const jpeg = async (canvas: OffscreenCanvas, quality: number) =>
  new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality })).arrayBuffer())

/** Burns the lines in at the lower left, on a dark ground that keeps them readable on any picture. */
function marked(canvas: OffscreenCanvas, lines: string[]): void {
  const context = canvas.getContext('2d')
  if (!context || !lines.length) return
  const { width, height } = canvas
  const font = letterHeight({ w: width, h: height })
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
