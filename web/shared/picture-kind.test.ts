import { expect, test } from 'vitest'
import { kindOf, sizeOf } from './picture-kind'

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const u32 = (n: number) => String.fromCharCode((n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
const u16 = (n: number) => String.fromCharCode(n >> 8, n & 255)
const little = (text: string) => [...text].reverse().join('')
const isoFile = (main: string, others = '') => `${u32(16 + others.length)}ftyp${main}${u32(0)}${others}`
/** A TIFF of one directory with these tags. */
const tiff = (...tags: number[]) => `MM\0*${u32(8)}${u16(tags.length)}${tags.map((tag) => u16(tag) + '\0'.repeat(10)).join('')}${u32(0)}`

test('each file is called what its first bytes say, and has its own sentence', () => {
  const cases: [string, string, string][] = [
    ['\xff\xd8\xff\xe0', 'JPEG', 'photo_unreadable'],
    [`\x89PNG\r\n\x1a\n${u32(13)}IHDR`, 'PNG', 'photo_unreadable'],
    [`\x89PNG\r\n\x1a\n${u32(4)}CgBI`, 'CgBI PNG', 'photo_format'],
    ['RIFF....WEBPVP8 ', 'WebP', 'photo_format'],
    ['GIF89a', 'GIF', 'photo_format'],
    ['BM....\0\0\0\0', 'BMP', 'photo_format'],
    [`${u32(12)}JXL \r\n\x87\n`, 'JPEG XL', 'photo_format'],
    ['\xff\x0a\0', 'JPEG XL', 'photo_format'],
    [`${u32(12)}jP  \r\n\x87\n`, 'JPEG 2000', 'photo_format'],
    // iPhone, Xiaomi, Samsung bursts, and files that name themselves only in general.
    [isoFile('heic', 'mif1heic'), 'HEIC', 'photo_heic'],
    [isoFile('heix'), 'HEIC', 'photo_heic'],
    [isoFile('hevc', 'msf1'), 'HEIC', 'photo_heic'],
    [isoFile('mif1', 'mif1heic'), 'HEIC', 'photo_heic'],
    [isoFile('msf1', 'hevc'), 'HEIC', 'photo_heic'],
    [isoFile('avif', 'mif1miaf'), 'AVIF', 'photo_format'],
    [isoFile('mif1', 'mif1avifmiaf'), 'AVIF', 'photo_format'],
    [tiff(0x0100, 0x0101), 'TIFF', 'photo_format'],
    ['II*\0', 'TIFF', 'photo_format'],
    [tiff(0x0100, 0xc612), 'RAW', 'photo_raw'],
    [tiff(0x010f, 0x014a), 'RAW', 'photo_raw'],
    ['II*\0\x10\0\0\0CR\x02\0', 'RAW', 'photo_raw'],
    [isoFile('crx ', 'isom'), 'RAW', 'photo_raw'],
    ['FUJIFILMCCD-RAW 0201', 'RAW', 'photo_raw'],
    [isoFile('isom', 'mp41'), '', 'photo_video'],
    [isoFile('qt  '), '', 'photo_video'],
    [isoFile('3gp5'), '', 'photo_video'],
    [`${u32(8)}wide${u32(9)}mdat`, '', 'photo_video'],
    ['\x1a\x45\xdf\xa3', '', 'photo_video'],
    ['RIFF....AVI LIST', '', 'photo_video'],
  ]
  for (const [text, name, undecoded] of cases) expect(kindOf(bytes(text)), JSON.stringify(text)).toMatchObject({ name, undecoded })
})

test('what is neither a picture nor a film has no kind', () => {
  for (const text of ['', 'B', 'BM for short', '%PDF-1.7', 'PK\x03\x04', '<svg xmlns="http://www.w3.org/2000/svg"/>', '\xff\xd8', 'RIFF....WAVEfmt ']) expect(kindOf(bytes(text)), text).toBeNull()
})

const frame = (w: number, h: number) => `\xff\xc0${u16(17)}\x08${u16(h)}${u16(w)}\x03${'\0'.repeat(9)}`

test('the size is known before anything is decoded', () => {
  const cases: [string, { w: number; h: number }][] = [
    [`\xff\xd8\xff\xe0${u16(4)}..${frame(4000, 3000)}`, { w: 4000, h: 3000 }],
    // Fill bytes, a stuffed one, and what a program left between two segments.
    [`\xff\xd8\xff\xff\xff\xe0${u16(4)}..junk\xff\0${frame(4000, 3000)}`, { w: 4000, h: 3000 }],
    [`\x89PNG\r\n\x1a\n${u32(13)}IHDR${u32(1080)}${u32(12_000)}`, { w: 1080, h: 12_000 }],
    [`\x89PNG\r\n\x1a\n${u32(4)}CgBI........${u32(13)}IHDR${u32(60)}${u32(90)}`, { w: 60, h: 90 }],
    [`GIF89a${little(u16(640))}${little(u16(480))}`, { w: 640, h: 480 }],
    [`BM....\0\0\0\0${u32(0)}${little(u32(40))}${little(u32(640))}${little(u32(-480))}`, { w: 640, h: 480 }],
    [`RIFF....WEBPVP8X....\0\0\0\0${little(u16(639))}\0${little(u16(479))}\0`, { w: 640, h: 480 }],
    [`RIFF....WEBPVP8 ....\0\0\0\x9d\x01\x2a${little(u16(640))}${little(u16(480))}`, { w: 640, h: 480 }],
    [`RIFF....WEBPVP8L....\x2f${little(u32(639 | (479 << 14)))}`, { w: 640, h: 480 }],
    // The tiles of an iPhone's photo, then the whole.
    [`${isoFile('heic')}....ispe${u32(0)}${u32(512)}${u32(512)}....ispe${u32(0)}${u32(4032)}${u32(3024)}`, { w: 4032, h: 3024 }],
  ]
  for (const [text, size] of cases) expect(sizeOf(bytes(text)), JSON.stringify(text.slice(0, 60))).toEqual(size)
})

test('a file cut anywhere in its header has no size and breaks nothing', () => {
  for (const text of [`\xff\xd8\xff\xe0${u16(4)}..${frame(40, 30).slice(0, 8)}`, `\x89PNG\r\n\x1a\n${u32(13)}IHDR${u32(10)}`, 'GIF89a\x01\0', tiff(1, 2), isoFile('heic', 'mif1'), 'RIFF....WEBPVP8X....'])
    for (let end = 0; end <= text.length; end += 1) expect(sizeOf(bytes(text.slice(0, end)))).toBeNull()
})
