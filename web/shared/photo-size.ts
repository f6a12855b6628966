/** Longest side of an ordinary kept photo, pixels. */
export const LONGEST_SIDE = 1600
/** Longest side of the small picture in lists, pixels. */
export const THUMB_SIDE = 320
/** Short side of a kept long picture: the width of a phone's screen. */
const LONG_SHORT = 1080
/** Longest side that a record takes; also below what a canvas of an old phone can have (16384). */
const MOST_SIDE = 12_000
/** Pixels of a kept long picture: a canvas of an older iPhone can have 4096 × 4096. */
const LONG_PIXELS = 16_000_000

export interface Size {
  w: number
  h: number
}

/** A part of a picture. */
export interface Part extends Size {
  x: number
  y: number
}

/** More than two and a half times as long as wide: no camera and no screen has that shape. */
export const isLong = ({ w, h }: Size): boolean => Math.max(w, h) * 2 > Math.min(w, h) * 5

/** The size that keeps the shape with no side over `most`; never larger than the original, never under one pixel. */
export function fitted({ w, h }: Size, most: number): Size {
  const scale = Math.min(1, most / Math.max(w, h))
  return { w: Math.max(1, Math.round(w * scale)), h: Math.max(1, Math.round(h * scale)) }
}

/**
 * The size at which a picture is kept. A chat as one long screenshot and a panorama are looked at piece by piece: what
 * must stay readable is their short side. The office makes its own pictures by the same rule.
 */
export function keptSize(size: Size): Size {
  if (!isLong(size)) return fitted(size, LONGEST_SIDE)
  const [long, short] = [Math.max(size.w, size.h), Math.min(size.w, size.h)]
  return fitted(size, Math.floor(Math.min(MOST_SIDE, (long * LONG_SHORT) / short, Math.sqrt((LONG_PIXELS * long) / short))))
}

/** What the small picture shows: all of an ordinary one; of a long one its beginning or its middle, in the shape of a photo. */
export function glance({ w, h }: Size): Part {
  if (!isLong({ w, h })) return { x: 0, y: 0, w, h }
  // A thin strip shows as much of its length as there is room for.
  const shown = (short: number, long: number) => Math.min(long, Math.max(THUMB_SIDE, Math.floor((short * 4) / 3)))
  if (h > w) return { x: 0, y: 0, w, h: shown(w, h) }
  const part = shown(h, w)
  return { x: Math.floor((w - part) / 2), y: 0, w: part, h }
}

/** Height of the letters burned in, pixels: a fortieth of a photo's long side, and never too wide for a long picture. */
export const letterHeight = ({ w, h }: Size): number => Math.max(14, Math.round(Math.min(Math.max(w, h), 2 * Math.min(w, h)) / 40))
