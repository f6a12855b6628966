// The second visit to one door: what was there stands there already, and what was said is known without a network.

import assert from 'node:assert/strict'
import { Inspection } from '../support/inspect.mjs'
import { stillness } from '../support/eyes.mjs'
import { story } from '../support/runner.mjs'

const TITLE = '九号楼二单元楼道里又堆了旧家具'
const HOUSEHOLD = '9 号楼 2 单元 301'
const REMARK = '老人独居，子女周末来'
const OWN = '已和楼道长约好一起上门'

export default (world) =>
  story('The second visit to one door', (step) => {
    const look = new Inspection()
    let worker, doc

    step('a first visit writes down where it was, whom it talked to, and a phrase', async () => {
      world.words.push(HOUSEHOLD, REMARK, OWN)
      await world.ticket({ number: 'SQ-20261128-431', title: TITLE, address: '和平路 1 号院 9 号楼' })
      worker = await world.working('worker')
      const { page } = worker
      await page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      await page.getByRole('button', { name: '开始走访' }).click()
      await worker.part('finding').waitFor()
      assert.equal(await page.locator('[data-test="last-visit"]').count(), 0, 'nobody was here before')
      await worker.choose('发现什么问题', '楼道堆物')
      await worker.choose('严重程度', '严重')
      await worker.reach(worker.part('persuasion'))
      await page.getByRole('button', { name: '添加一户' }).click()
      await worker.write('哪一户', HOUSEHOLD, worker.sheet())
      await worker.choose('住户反应', '拒绝', worker.sheet())
      await worker.choose('下次什么时候再去', '明天', worker.sheet())
      await worker.write('备注', REMARK, worker.sheet())
      await worker.sheet().getByRole('button', { name: '完成' }).click()
      await worker.write('怎么处理的', OWN)
      await worker.saved()
      await page.locator('[data-test="phrases-process"]').click()
      await page.getByRole('button', { name: '把这段存为常用语' }).click()
      await page.getByText('已存为常用语').waitFor()
      await worker.chip('chip.done')
    })

    step('the next one, offline and after a restart, begins as the last one was and says so', async () => {
      await worker.offline()
      await worker.pullBattery()
      await worker.start()
      const { page } = worker
      await worker.open('/tasks')
      await page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      await page.getByRole('button', { name: '另开一次走访' }).click()
      const last = page.locator('[data-test="last-visit"]')
      await last.getByText('上次走访').waitFor()
      assert.match(await last.innerText(), /王小梅/)
      assert.match(await last.innerText(), /发现什么问题已按上次填好|已按上次填好/)
      const form = await worker.form()
      assert.equal(form['发现什么问题'], '楼道堆物')
      assert.equal(form['严重程度'], '', 'what was seen only then is asked anew')
      await look.phone(page, 'field second visit')
    })

    step('the household of the last time is known, and is written down anew beside it', async () => {
      const { page } = worker
      await worker.reach(page.locator('[data-test="past-households"]'))
      await page.locator('[data-test="past-households"] summary').click()
      const past = page.locator('[data-test="past-households"]')
      for (const words of [HOUSEHOLD, '拒绝', REMARK, '王小梅', '明天 再去']) await past.getByText(words).first().waitFor()
      await look.phone(page, 'field past households')
      await past.getByRole('button', { name: '再劝这一户' }).click()
      await worker.choose('住户反应', '配合', worker.sheet())
      await worker.sheet().locator('[data-test="phrases-remark"]').click()
      await stillness(worker.sheet())
      await look.phone(page, 'field phrases in a sheet', { sheet: true })
      await worker.sheet().getByRole('button', { name: '同意清理，约定周末前清完。' }).click()
      await worker.sheet().getByRole('button', { name: '完成' }).click()
      await worker.part('persuasion').locator('.entry-open', { hasText: HOUSEHOLD }).getByText('同意清理，约定周末前清完。').waitFor()
      assert.equal(await worker.part('persuasion').locator('.entry').count(), 1)
    })

    step('what somebody says instead of writing it is kept offline, counted as waiting, and heard again', async () => {
      const { page } = worker
      await worker.reach(page.locator('[data-test="voice-begin"]'))
      await page.locator('[data-test="voice-begin"]').click()
      await page.locator('[data-test="voice-running"]', { hasText: '0:02' }).waitFor()
      await look.phone(page, 'field recording')
      await page.locator('[data-test="voice-end"]').click()
      const voice = page.locator('[data-test="voice"]')
      await voice.getByText(/第 1 段录音 0:0[2-9]/).waitFor()
      await voice.getByText('已存手机').waitFor()
      await voice.locator('[data-test="voice-hear"]').click()
      await page.waitForFunction(() => document.querySelector('[data-test="voice"] audio')?.currentTime > 0.5)
      assert.equal(await page.locator('.photo-tile').count(), 0, 'it is no photo')
      doc = new URL(page.url()).hash.split('/').at(-1)
      await worker.open('/sync')
      await page.locator('[data-test="waiting-photo"]', { hasText: '录音' }).or(page.getByText(/照片 1 张/)).first().waitFor()
      await worker.open(`/visit/${doc}`)
      await worker.reach(page.locator('[data-test="voice"]'))
    })

    step('an own phrase is offered after the restart, goes to the end of what is written, and can be deleted', async () => {
      const { page } = worker
      await worker.write('怎么处理的', '再次上门')
      await worker.saved()
      await page.locator('[data-test="phrases-process"]').click()
      await page.getByRole('button', { name: OWN, exact: true }).click()
      await page.waitForFunction((wanted) => [...document.querySelectorAll('textarea')].some(({ value }) => value === wanted), `再次上门；${OWN}`)
      await page.locator('[data-test="phrases-process"]').click()
      await page.getByRole('button', { name: `删除常用语“${OWN}”` }).click()
      await page.getByRole('button', { name: OWN, exact: true }).waitFor({ state: 'detached' })
      await worker.saved()
      await worker.online()
      await worker.chip('chip.done')
      await page.locator('[data-test="voice"]').getByText('已到办公室').waitFor()
    })

    step('the office hears what was said on the phone', async () => {
      const { page } = await world.desk()
      await (await world.desk()).open(`/visits/${doc}`)
      const voice = page.locator('[data-test="voice"]')
      await voice.getByText(/第 1 段录音 0:0[2-9]/).waitFor()
      await voice.locator('[data-test="voice-hear"]').click()
      await page.waitForFunction(() => document.querySelector('[data-test="voice-player"]')?.currentTime > 0.5)
      await look.office(page, 'office voice note')
      const { findings } = look
      assert.deepEqual(findings, [])
    })
  })
