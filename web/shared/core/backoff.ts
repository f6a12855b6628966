/**
 * Milliseconds to wait before try number `tries` (1 = first repeat): doubles from `base` to `most`,
 * then any point of its upper half by chance, so that many phones do not come back at once.
 */
export function backoff(tries: number, base = 2_000, most = 300_000, chance = Math.random()): number {
  const full = Math.min(most, base * 2 ** Math.max(0, Math.min(tries, 30) - 1))
  return Math.round(full / 2 + (full / 2) * chance)
}
