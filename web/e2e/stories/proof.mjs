// Photos that prove: where they were taken, of which spot, and that they were not used before.

import assert from 'node:assert/strict'
import { Inspection } from '../support/inspect.mjs'
import { seesPictures, until } from '../support/eyes.mjs'
import { picture } from '../support/pictures.mjs'
import { story } from '../support/runner.mjs'

const FIRST = { number: 'SQ-20261128-611', title: '六号楼一单元门口堆放装修垃圾' }
const LATER = { number: 'SQ-20261128-612', title: '六号楼二单元门口又有装修垃圾' }
const WHY = '垃圾还堆在原处，拍出来一样'
const SPOT = '楼道里定位不准，就是这一处'

export default (world) =>
  story('Photos that prove', (step) => {
    const look = new Inspection()
    let worker

    const begin = async (title) => {
      const { page } = worker
      await worker.open('/tasks')
      await page.locator('[data-test="ticket"]', { hasText: title }).click()
      await page.getByRole('button', { name: '开始走访' }).click()
      await worker.part('arrival').waitFor()
    }

    step('the position tells its age, and a photo is taken for the first ticket', async () => {
      world.words.push(WHY, SPOT)
      for (const ticket of [FIRST, LATER]) await world.ticket({ ...ticket, address: '和平路 1 号院 6 号楼' })
      worker = await world.working('worker')
      await begin(FIRST.title)
      await worker.page.locator('[data-test="fix-status"]', { hasText: /误差约 12 米，\d+ 秒前/ }).waitFor()
      await worker.reach(worker.part('photos'))
      await worker.photograph('before', await picture(world.path('heap.png'), { features: 3 }))
      assert.equal(await worker.sheet().count(), 0, 'it was used nowhere before')
      await worker.saved()
      await worker.chip('chip.done')
    })

    step('offline, the same picture for another ticket is told with the first one, and stays only with a word why', async () => {
      const { page } = worker
      await worker.offline()
      await begin(LATER.title)
      await worker.reach(worker.part('photos'))
      await worker.photograph('before', world.path('heap.png'))
      await page.locator('[data-test="photo-used"]', { hasText: `用过：${FIRST.number}` }).waitFor()
      await look.phone(page, 'field photo used before', { sheet: true })
      assert.equal(await page.locator('[data-test="used-keep"]').isEnabled(), false)
      await worker.sheet().getByLabel('确实要留下，写明原因').fill(WHY)
      await page.locator('[data-test="used-keep"]').click()
      await page.locator('[data-test="photo-used"]').waitFor({ state: 'detached' })
      await worker.saved()
    })

    step('a jump over the city is called by its name, on the page, on the photo and for the office', async () => {
      const { page } = worker
      await worker.context.setGeolocation({ latitude: 36.7912, longitude: 117.1209, accuracy: 9 })
      await worker.reach(worker.part('arrival'))
      await page.locator('[data-test="fix-doubted"]', { hasText: '位置可疑：两次定位之间移动得太快' }).waitFor()
      await look.phone(page, 'field position in doubt')
      await page.locator('[data-test="check-in"]:enabled').click()
      await worker.part('arrival').getByText('位置可疑：两次定位之间移动得太快').first().waitFor()
    })

    step('the photo after is lined up with the one before in the app’s own camera', async () => {
      const { page } = worker
      await worker.reach(worker.part('photos'))
      await page.locator('[data-test="guided"]').first().click()
      await page.locator('[data-test="guided-shoot"]:enabled').waitFor()
      await page.locator('[data-test="guided-overlay"]').waitFor()
      await look.phone(page, 'field guided camera', { axe: false })
      await page.locator('[data-test="guided-switch"]').click()
      assert.equal(await page.locator('[data-test="guided-overlay"]').count(), 0)
      await page.locator('[data-test="guided-shoot"]').click()
      await page.locator('.photo-tile').nth(1).waitFor()
      assert.equal(await seesPictures(page.locator('.photo-tile img')), 2)
      await page.locator('[data-test="tile-doubted"]').first().waitFor()
    })

    step('before and after far apart are not one spot until somebody says why', async () => {
      const { page } = worker
      await page.locator('[data-test="spots-apart"]', { hasText: '超过 50 米' }).waitFor()
      await look.phone(page, 'field spots apart')
      await worker.write('为什么算同一处', SPOT)
      await page.locator('[data-test="spots-apart"]').waitFor({ state: 'detached' })
      await worker.saved()
      await worker.online()
      await worker.chip('chip.done')
    })

    step('the office sees where the photo was used before, the doubt and the reason', async () => {
      const desk = await world.desk()
      await desk.open('/reviews')
      const { items } = await desk.call('GET', `/visits?query=${LATER.number}`)
      // The hub looks at a picture in its own time, soon after it came.
      await until(async () => (await desk.call('GET', `/visits/${items[0].id}`)).photos_used.length > 0)
      await desk.open(`/visits/${items[0].id}`)
      await desk.page.locator('[data-test="photo-used"]', { hasText: FIRST.number }).first().waitFor()
      await desk.page.locator('[data-test="photo-doubted"]', { hasText: '移动过快' }).first().waitFor()
      await desk.page.getByText(SPOT).first().waitFor()
      await look.office(desk.page, 'office photos that prove')
      assert.deepEqual(look.findings, [])
    })
  })
