import { isLong, type Size } from '@shared/photo-size'

export interface View {
  zoom: number
  moved: { x: number; y: number }
}

/** The whole picture in its pane. */
export const WHOLE: View = { zoom: 1, moved: { x: 0, y: 0 } }

/**
 * How a picture is shown at first: an ordinary one whole; a chat as one long screenshot as wide as the pane and from its
 * top, a panorama as high as the pane and from its left end. Nothing is blown up beyond its own pixels.
 */
export function firstView(picture: Size | null, pane: Size): View {
  if (!picture || !isLong(picture) || !pane.w || !pane.h) return WHOLE
  const whole = Math.min(pane.w / picture.w, pane.h / picture.h)
  const wanted = Math.min(1, Math.max(pane.w / picture.w, pane.h / picture.h))
  // The picture stands in the middle of the pane; what of it does not fit is half on each side.
  const start = (side: number, room: number) => Math.max(0, (side * wanted - room) / 2)
  return wanted <= whole ? WHOLE : { zoom: wanted / whole, moved: { x: start(picture.w, pane.w), y: start(picture.h, pane.h) } }
}
