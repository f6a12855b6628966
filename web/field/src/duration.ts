/** A short time as people read it on a recorder: `1:05`. */
export function lasting(millis: number): string {
  const seconds = Math.max(0, Math.round(millis / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
