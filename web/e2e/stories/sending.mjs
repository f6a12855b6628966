// What the phone says about where a record is, and photos over a line that breaks.

import assert from 'node:assert/strict'
import { until } from '../support/eyes.mjs'
import { picture } from '../support/pictures.mjs'
import { story } from '../support/runner.mjs'

const TITLE = '五号楼门前乱停电动车'

export default (world) =>
  story('Where a record is', (step) => {
    let worker, desk, first, second

    const record = () => worker.page.locator('[data-test="record"]', { hasText: TITLE })
    const truths = async () => (await record().locator('.truth').allInnerTexts()).map((text) => text.trim())
    const photos = async () => (await record().locator('[data-test="photo-count"]').innerText()).trim()

    step('a record made offline is on the phone and nowhere else, its photos counted apart', async () => {
      desk = await world.desk()
      await world.ticket({ number: 'SQ-20261124-201', title: TITLE })
      worker = await world.working('worker')
      const { page } = worker
      await page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      await worker.offline()
      await page.getByRole('button', { name: '开始走访' }).click()
      await worker.choose('发现什么问题', '占道经营')
      await worker.photograph('before', await picture(world.path('street.png'), { colour: [150, 150, 140], noise: 120 }))
      await worker.photograph('after', await picture(world.path('clear.png'), { colour: [140, 150, 150], noise: 120 }))
      ;[first, second] = (await worker.stored('media')).map(([, row]) => row).filter((row) => row.state === 'waiting').sort((a, b) => a.created_at - b.created_at)
      assert.ok(first.size > 600_000 && second.size > 600_000, `${first.size} and ${second.size} bytes are too few to be cut`)

      await worker.open('/records')
      await record().waitFor()
      assert.deepEqual(await truths(), ['在手机上', '未到办公室', '未审核'])
      assert.equal(await photos(), '文字未到，照片 0/2')
      await worker.open('/sync')
      await page.getByText('待上传：记录 1 条，照片 2 张').waitFor()
      assert.match(await worker.chip('chip.offline'), /离线，3 条已存手机/)
    })

    step('the line breaks within the second photo: the text is at the office, one photo of two', async () => {
      world.line.cutAfter(first.size + 400_000)
      await worker.online()
      await until(() => world.line.isCut)
      await worker.offline()
      await worker.open('/records')
      await record().waitFor()
      assert.deepEqual(await truths(), ['在手机上', '已到办公室', '未审核'])
      assert.equal(await photos(), '文字已到，照片 1/2')
      const atOffice = async () => (await desk.call('GET', '/visits?state=draft&query=SQ-20261124-201')).items[0]
      await until(atOffice)
      assert.deepEqual((await atOffice()).photos, { total: 2, pending: 1 })
    })

    step('after a restart the second photo goes on at the byte where it stopped', async () => {
      await worker.stop()
      await worker.start()
      world.line.mend()
      const before = world.line.piecesOf(second.sha256).length
      await worker.online()
      await worker.open('/sync')
      await worker.chip('chip.done')
      const pieces = world.line.piecesOf(second.sha256)
      const lost = pieces.slice(0, before)
      const rest = pieces.slice(before)
      assert.ok(rest[0].offset > 0, 'it began from zero')
      assert.ok(rest[0].offset >= lost.filter((piece) => piece.status === 204).reduce((at, piece) => Math.max(at, piece.confirmed), 0))
      assert.equal(rest.reduce((sum, piece) => sum + piece.sent, 0), second.size - rest[0].offset)
      assert.equal(rest.at(-1).confirmed, second.size)
      const sent = pieces.reduce((sum, piece) => sum + piece.sent, 0)
      assert.ok(sent <= second.size + 300_000, `${sent} bytes went over the line for ${second.size}`)

      await worker.open('/records')
      await record().waitFor()
      assert.equal(await photos(), '文字已到，照片 2/2')
    })

    step('the third truth comes with the review', async () => {
      await worker.open('/records')
      await record().click()
      await worker.choose('严重程度', '轻微')
      await worker.page.getByRole('button', { name: '手选地址签到' }).click()
      await worker.choose('为什么手选', '定位不准', worker.sheet())
      await worker.sheet().getByRole('button', { name: '确认签到' }).click()
      await worker.choose('清理得怎样', '不用清理')
      await worker.choose('这件事怎么样了', '已解决')
      await worker.submit()
      await worker.chip('chip.done')
      const { items } = await desk.call('GET', '/visits?state=submitted&query=SQ-20261124-201')
      await desk.review(items[0].id, 'approve')
      await worker.open('/records')
      await record().getByText('已审核', { exact: true }).waitFor()
      assert.deepEqual(await truths(), ['在手机上', '已到办公室', '已审核'])
    })
  })
