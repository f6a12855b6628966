// One writer, a full phone, a new version: nothing that was kept is lost or mixed up.

import assert from 'node:assert/strict'
import { until } from '../support/eyes.mjs'
import { picture } from '../support/pictures.mjs'
import { story } from '../support/runner.mjs'

const TITLE = '七号楼二层消防通道被占'
const FLAT = '九号楼一层杂物堵住电表箱'

export default (world) =>
  story('What a phone keeps', (step) => {
    let captain

    const openForm = async (page) => {
      await page.goto('about:blank')
      await page.goto(`${world.origin}/field/#/records`)
      await page.locator('[data-test="record"]', { hasText: TITLE }).click()
      await page.locator('#part-finding').waitFor()
    }
    const chosen = (page, group) => page.getByRole('group', { name: group, exact: true }).locator('.chip.on').innerText()

    step('a second window of the field app does not write', async () => {
      await world.ticket({ number: 'SQ-20261124-401', title: TITLE })
      captain = await world.working('captain')
      const { page } = captain
      await page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      await page.getByRole('button', { name: '开始走访' }).click()
      await captain.choose('发现什么问题', '楼道堆物')
      await captain.saved()
      const tab = await captain.newTab('/records')
      await tab.getByRole('heading', { name: '暖线已在另一个窗口打开' }).waitFor()
      assert.equal(await tab.locator('[data-test="record"]').count(), 0)
      await captain.choose('严重程度', '严重')
      await captain.saved()

      await tab.getByRole('button', { name: '改在这里使用' }).click()
      await tab.locator('[data-test="record"]', { hasText: TITLE }).click()
      assert.equal(await chosen(tab, '严重程度'), '严重')
      await page.getByRole('heading', { name: '暖线已在另一个窗口打开' }).waitFor()
      await tab.close()
      await captain.open()
      await captain.chip('chip.done')
    })

    step('a full phone says so in a clear sentence and keeps all it had', async () => {
      const full = '手机存储已满，没有存上。请删些照片或视频，再存一次。'
      const room = await captain.startCramped(1)
      const { page } = captain
      await captain.open()
      await page.getByText('手机存储已满。您的记录仍在手机里。请删些照片或视频，再重新打开。').waitFor()
      await captain.openNothing()
      await captain.stored('singles')
      const { usage } = await page.evaluate(() => navigator.storage.estimate())
      await room(usage + 20_000)
      await openForm(page)
      // The browser does not count the large bytes beforehand, so the first photo may slip through and the next cannot.
      const refusal = page.getByRole('dialog').filter({ hasText: '这张照片没有存' })
      const tiles = page.locator('.photo-tile')
      let kept = 0
      for (let time = 0; time < 5 && !(await refusal.isVisible()); time++) {
        await captain.pickPhoto('evidence', await picture(world.path('full.png'), { noise: 120, width: 800, height: 600 }))
        await until(async () => (await refusal.isVisible()) || (await tiles.count()) > kept)
        kept = await tiles.count()
      }
      await refusal.getByText(full).waitFor()
      await refusal.getByRole('button', { name: '知道了' }).click()
      await refusal.waitFor({ state: 'hidden' })

      // Texts as different as can be, since the record packs what repeats.
      const alert = page.getByRole('alert').getByText(full)
      let written = ''
      for (let time = 0; time < 12 && !(await alert.isVisible()); time++) {
        const text = String.fromCodePoint(...Array.from({ length: 3900 }, () => 0x4e00 + Math.floor(Math.random() * 20_000)))
        await captain.write('看到的情况', text)
        await page.getByLabel('看到的情况', { exact: true }).blur()
        await until(async () => (await alert.isVisible()) || (await page.locator('[data-test="saved"]').innerText()).includes('已存手机'))
        if (!(await alert.isVisible())) written = text
      }
      await alert.waitFor()
      await page.locator('[data-test="saved"]', { hasText: '没有存上' }).waitFor()
      const last = await page.getByLabel('看到的情况', { exact: true }).inputValue()
      assert.notEqual(last, written)

      await room()
      await page.getByRole('button', { name: '再存一次' }).click()
      await captain.saved()
      await openForm(page)
      assert.equal(await page.getByLabel('看到的情况', { exact: true }).inputValue(), last)
      assert.equal(await chosen(page, '发现什么问题'), '楼道堆物')
      assert.equal(await chosen(page, '严重程度'), '严重')
      assert.equal(await tiles.count(), kept)
    })

    step('a new version is offered and not forced', async () => {
      const { page } = captain
      world.line.rewrite('/field/sw.js', (text) => text.replace(/'field-' \+ "\w+"/, `'field-' + "next"`))
      world.line.rewrite('/field/index.html', (text) => text.replace('<body>', '<body data-version="next">'))
      await captain.open()
      await page.getByText('新版本已下载好').waitFor()
      const version = () => page.evaluate(() => document.body.dataset.version ?? 'present')
      assert.equal(await version(), 'present')
      await page.reload()
      await page.getByText('新版本已下载好').waitFor()
      assert.equal(await version(), 'present')
      await page.evaluate(() => (location.hash = '/records'))
      await page.locator('[data-test="record"]', { hasText: TITLE }).click()
      await captain.part('finding').waitFor()
      assert.equal(await page.getByText('新版本已下载好').count(), 0, 'nobody is asked while writing')

      await page.getByRole('button', { name: '返回' }).click()
      const reloaded = page.waitForEvent('load')
      await page.getByRole('button', { name: '更新', exact: true }).click()
      await reloaded
      await page.locator('[data-test="record"]', { hasText: TITLE }).waitFor()
      assert.equal(await version(), 'next')
      assert.equal(await page.getByText('新版本已下载好').count(), 0)
      await captain.offline()
      await captain.open('/records')
      await page.locator('[data-test="record"]', { hasText: TITLE }).waitFor()
      await captain.online()
    })

    step('a phone whose battery was flat says that its date is wrong, works on, and the office is told', async () => {
      await world.ticket({ number: 'SQ-20261124-402', title: FLAT })
      const { page } = captain
      await captain.open()
      await page.locator('[data-test="ticket"]', { hasText: FLAT }).waitFor()
      await captain.offline()
      await captain.setClock('1970-01-01T08:00:10+08:00')
      await page.locator('[data-test="ticket"]', { hasText: FLAT }).click()
      await page.getByRole('button', { name: '开始走访' }).click()
      await page.locator('[data-test="clock-wrong"]', { hasText: '手机的日期是 1970-01-01，不对' }).waitFor()
      await captain.choose('发现什么问题', '楼道堆物')
      await captain.saved()
      await captain.online()
      await page.locator('[data-test="clock-wrong"]', { hasText: '相差 57 年' }).waitFor()
      await captain.choose('严重程度', '严重')
      await captain.saved()

      const doc = page.url().split('/').at(-1)
      const desk = await world.desk()
      let written = {}
      await until(async () => {
        const { values } = await desk.call('GET', `/visits/${doc}`)
        written = Object.fromEntries(values.map((one) => [one.path, one.written]))
        return written['fields/severity']
      })
      for (const path of ['fields/finding_kind', 'fields/severity']) {
        assert.equal(written[path].phone_doubted, true, path)
        assert.match(new Date(written[path].phone_at).toISOString(), /^20[2-9]/)
      }
      await desk.open(`/visits/${doc}`)
      await desk.page.getByText(FLAT).first().waitFor()
    })
  })
