// What a story looks at.

import assert from 'node:assert/strict'
import { PATIENCE } from './phone.mjs'

/** Ends when `holds` does: asked again whenever this process has nothing else to do. */
export async function until(holds, limit = PATIENCE) {
  const end = performance.now() + limit
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never came to be: ${holds}`)
    await new Promise((done) => setTimeout(done, 20))
  }
}

/** Makes sure that each of these pictures is really there to be seen; answers how many there are. */
export async function seesPictures(pictures) {
  await pictures.first().waitFor()
  for (const picture of await pictures.all()) {
    await picture.scrollIntoViewIfNeeded()
    await picture.evaluate((image) => image.decode())
    assert.ok(await picture.evaluate((image) => image.naturalWidth > 0))
  }
  return pictures.count()
}

/** Ends when what slides in has arrived. */
export const stillness = (element) =>
  element.evaluate(async (moving) => {
    const frame = () => new Promise(requestAnimationFrame)
    for (let before = null, still = 0; still < 3; ) {
      const { top, left } = moving.getBoundingClientRect()
      const now = `${top} ${left}`
      still = now === before ? still + 1 : 0
      before = now
      await frame()
    }
  })
