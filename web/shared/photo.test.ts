import { afterEach, expect, test, vi } from 'vitest'
import { admitted, bounded, MOST_BYTES, PhotoRefused, prepared } from './photo'

const jpegHeader = (w: number, h: number) =>
  Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 17, 8, h >> 8, h & 255, w >> 8, w & 255, 3, 0, 0, 0, 0)
const letters = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const HEIC = letters('\0\0\0\x18ftypheic\0\0\0\0mif1heic')
const VIDEO = letters('\0\0\0\x18ftypisom\0\0\0\0mp41mp42')

const refusal = async (work: () => unknown): Promise<string> => {
  try {
    await work()
    return 'taken'
  } catch (error) {
    expect(error).toBeInstanceOf(PhotoRefused)
    return (error as PhotoRefused).message
  }
}

/** A browser that decodes everything to this size, or nothing; answers the canvases drawn, with what was drawn from. */
function browser(size: { width: number; height: number } | null, bytesOf = (_quality: number) => 10) {
  const drawn: { w: number; h: number; from: number[] }[] = []
  const qualities: number[] = []
  vi.stubGlobal('createImageBitmap', () => (size ? Promise.resolve({ ...size, close: () => undefined }) : Promise.reject(new DOMException('', 'InvalidStateError'))))
  vi.stubGlobal(
    'OffscreenCanvas',
    class {
      constructor(
        readonly width: number,
        readonly height: number,
      ) {}
      getContext = () => ({ drawImage: (_: unknown, ...from: number[]) => drawn.push({ w: this.width, h: this.height, from: from.slice(0, 4) }), getImageData: (_x: number, _y: number, w: number, h: number) => ({ data: new Uint8ClampedArray(w * h * 4) }) })
      convertToBlob = ({ quality }: { quality: number }) => {
        qualities.push(quality)
        return Promise.resolve(new Blob([new Uint8Array(bytesOf(quality))]))
      }
    },
  )
  return { drawn, qualities }
}

afterEach(() => vi.unstubAllGlobals())

test('what could not be taken is refused at once, each with its own reason', async () => {
  expect(await refusal(() => admitted(jpegHeader(4000, 3000), 22))).toBe('taken')
  expect(await refusal(() => admitted(new Uint8Array(), 0))).toBe('photo_empty: ')
  expect(await refusal(() => admitted(letters('%PDF-1.7'), 8))).toBe('photo_not_picture: ')
  expect(await refusal(() => admitted(jpegHeader(10, 10), MOST_BYTES + 1))).toBe('photo_too_heavy: ')
  // However heavy it is, what matters is that it is no photo.
  expect(await refusal(() => admitted(VIDEO, MOST_BYTES + 1))).toBe('photo_video: ')
  expect(await refusal(() => bounded(jpegHeader(4000, 3000)))).toBe('taken')
  expect(await refusal(() => bounded(jpegHeader(20_000, 20_000)))).toBe('photo_too_large: ')
})

test('what this browser cannot decode is told by its format, not by its name', async () => {
  browser(null)
  for (const [file, reason] of [
    [HEIC, 'photo_heic: HEIC'],
    [letters('\0\0\0\x18ftypavif\0\0\0\0mif1miaf'), 'photo_format: AVIF'],
    [letters('II*\0\x08\0\0\0\0\0'), 'photo_format: TIFF'],
    [jpegHeader(40, 30), 'photo_unreadable: JPEG'],
  ] as const)
    expect(await refusal(() => prepared(new File([file], 'IMG_0001.JPG', { type: 'image/jpeg' }), []))).toBe(reason)
})

test('a browser that can decode the camera’s format takes it', async () => {
  browser({ width: 4000, height: 3000 })
  expect(await prepared(new Blob([HEIC]), [])).toMatchObject({ w: 1600, h: 1200, mime: 'image/jpeg' })
})

test('a file that the album cannot give says so', async () => {
  const away = new Blob([HEIC])
  away.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new DOMException('', 'NotReadableError')) })
  expect(await refusal(() => prepared(away, []))).toBe('photo_not_read: ')
})

test('a long chat is kept at its width, is compared by its upper part, and its small picture shows the beginning', async () => {
  const { drawn } = browser({ width: 1080, height: 12_000 })
  expect(await prepared(new Blob([jpegHeader(1080, 12_000)]), [])).toMatchObject({ w: 1080, h: 12_000 })
  expect(drawn).toEqual([
    { w: 1080, h: 12_000, from: [0, 0, 1080, 12_000] },
    { w: 72, h: 64, from: [0, 0, 1080, 8000] },
    { w: 240, h: 320, from: [0, 0, 1080, 1440] },
  ])
})

test('a picture that stays too heavy is kept at a lower quality', async () => {
  const { qualities } = browser({ width: 1080, height: 12_000 }, (quality) => (quality > 0.7 ? 7 : 5) * 1024 * 1024)
  const shot = await prepared(new Blob([jpegHeader(1080, 12_000)]), [])
  expect(shot.bytes.byteLength).toBe(5 * 1024 * 1024)
  expect(qualities.slice(0, 2)).toEqual([0.8, 0.65])
})
