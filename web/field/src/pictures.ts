import { core } from '@shared/core/client'

/** Small pictures kept as object addresses; the oldest go when there are many. */
const MOST = 200
const kept = new Map<string, Promise<string | null>>()

const address = (bytes: Uint8Array<ArrayBuffer> | null) => (bytes ? URL.createObjectURL(new Blob([bytes], { type: 'image/jpeg' })) : null)

/** Address of the small picture of `sha256`; `null` when neither this phone nor the office has it now. */
export function thumbOf(sha256: string): Promise<string | null> {
  const known = kept.get(sha256)
  if (known) return known
  const asked = core.thumb(sha256).then(address, () => null)
  kept.set(sha256, asked)
  // What could not be had is asked for again the next time.
  void asked.then((found) => {
    if (found === null) kept.delete(sha256)
  })
  if (kept.size > MOST) {
    const [oldest, its] = kept.entries().next().value ?? []
    if (oldest && its) {
      kept.delete(oldest)
      void its.then((url) => url && URL.revokeObjectURL(url))
    }
  }
  return asked
}

/** Address of the full picture; the caller revokes it. */
export const pictureOf = async (sha256: string): Promise<string | null> => address(await core.picture(sha256).catch(() => null))
