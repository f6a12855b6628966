// Photos as a camera would hand them over: real PNG files, different every time.

import { randomFillSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { crc32, deflateSync } from 'node:zlib'

const chunk = (name, content) => {
  const whole = Buffer.concat([Buffer.from(name, 'latin1'), content])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(whole))
  return Buffer.concat([length, whole, check])
}

/** Shade of a patch; nothing without features. */
const patch = (features, column, row) => (features === 0 ? 0 : ((Math.imul((column * 31 + row * 17 + features * 7919) >>> 0, 2654435761) >>> 24) - 128) * 0.6)

/**
 * Writes a picture of two colours with as much noise as makes it heavy: `noise` 0 gives some tens of kilobytes after the
 * phone has worked on it, 200 about a megabyte. With `features` it has patches of light and dark, others for each number.
 */
export async function picture(path, { colour = [90, 120, 160], noise = 0, width = 1600, height = 1200, features = 0 } = {}) {
  const row = 1 + width * 3
  const pixels = Buffer.alloc(row * height)
  const chance = randomFillSync(Buffer.alloc(width * height))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const shade = (chance[y * width + x] * noise) / 255 - noise / 2 + (y > height / 2 ? -30 : 30) + patch(features, Math.floor((x * 12) / width), Math.floor((y * 9) / height))
      for (let c = 0; c < 3; c++) pixels[y * row + 1 + x * 3 + c] = Math.max(0, Math.min(255, colour[c] + shade))
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  await writeFile(path, Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(pixels, { level: 1 })), chunk('IEND', Buffer.alloc(0))]))
  return path
}
