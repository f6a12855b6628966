// Photos over a line as bad as basements have it: everything arrives by itself, and hardly anything is sent twice.
// `make field-line` sends a hundred photos of 3 MB, which takes most of an hour; here it is one.

import assert from 'node:assert/strict'
import { until } from '../support/eyes.mjs'
import { picture } from '../support/pictures.mjs'
import { story } from '../support/runner.mjs'

const TITLE = '七号楼地下室照片一次拍了很多'
const NUMBER = 'SQ-20261128-621'
const COUNT = Number(process.env.WARMLINE_LINE_PHOTOS ?? 1)
/** 1 Mbit/s, 300 ms there and back, 2 % of packets lost, 5 s of every 20 s without any line. */
const LINE = { bits: 1_000_000, roundTrip: 300, loss: 0.02, every: 20_000, cut: 5_000 }
const SECOND = 1000

export default (world) =>
  story('Photos over a bad line', (step) => {
    let worker, desk, rows

    const row = async () => (await desk.call('GET', `/visits?state=draft&query=${NUMBER}`)).items[0]

    step(`a visit with ${COUNT} heavy photo(s) is recorded without a network`, async () => {
      desk = await world.desk()
      await world.ticket({ number: NUMBER, title: TITLE, address: '和平路 1 号院 7 号楼' })
      worker = await world.working('worker')
      const { page } = worker
      await page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      await worker.offline()
      await page.getByRole('button', { name: '开始走访' }).click()
      await worker.choose('发现什么问题', '占道经营')
      await worker.reach(worker.part('photos'))
      for (let i = 0; i < COUNT; i += 1) await worker.photograph('evidence', await picture(world.path('heavy.png'), { noise: 255, width: 1080, height: 4000 }))
      rows = (await worker.stored('media')).map(([, one]) => one).filter((one) => one.state === 'waiting')
      assert.equal(rows.length, COUNT)
      for (const { size } of rows) assert.ok(size > 2_000_000, `${size} bytes are no heavy photo`)
    }, 60 * SECOND + COUNT * 15 * SECOND)

    step('the text is at the office within 30 s, whatever the photos do', async () => {
      world.line.shape(LINE)
      const began = Date.now()
      await worker.online()
      await until(async () => (await row()) !== undefined, 30 * SECOND)
      assert.ok(Date.now() - began < 30 * SECOND, `${Date.now() - began} ms`)
      assert.ok((await row()).photos.pending > 0, 'the photos were not first')
    })

    step('every photo arrives without a hand, and at most a tenth is sent twice', async () => {
      const payload = rows.reduce((sum, { size }) => sum + size, 0)
      // With losses and cuts a third of the line is left; twice that long is too long.
      await until(async () => (await row()).photos.pending === 0, (payload * 8 * 6 * SECOND) / LINE.bits)
      const sent = rows.flatMap(({ sha256 }) => world.line.piecesOf(sha256)).reduce((sum, piece) => sum + piece.sent, 0)
      console.log(`    ${payload} bytes of photos, ${sent} sent: ${(sent / payload).toFixed(3)}`)
      assert.ok(sent <= payload * 1.1, `${sent} bytes were sent for ${payload}`)
      world.line.mend()
      await worker.open('/sync')
      await worker.chip('chip.done')
    }, 60 * SECOND + COUNT * 200 * SECOND)
  })
