// 未诉先办: a find of a patrol, made without a network in three taps, becomes a ticket; two people make one visit of it; a
// visit that was begun by mistake is discarded.

import assert from 'node:assert/strict'
import { until } from '../support/eyes.mjs'
import { Inspection } from '../support/inspect.mjs'
import { picture } from '../support/pictures.mjs'
import { story } from '../support/runner.mjs'
import { openTicket } from '../support/ticket.mjs'

const PLACE = '和平路 1 号院 11 号楼北侧'
const WORDS = '楼后堆了两车装修垃圾，没人认领'
const TITLE = `巡查发现：环境卫生 ${PLACE}`
const OTHER = '十一号楼灯不亮'

/** Hands a picture to the camera that a button opens. */
const shoot = async (page, test, file) => {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.locator(`label:has([data-test="${test}"])`).click()])
  await chooser.setFiles(file)
}

export default (world) =>
  story('What a patrol finds', (step) => {
    const look = new Inspection()
    let worker, colleague, desk, file, id, visit

    step('offline, a tap opens the camera; what is begun survives a dead battery', async () => {
      world.words.push(TITLE, PLACE, WORDS, '巡查发现', OTHER)
      file = world.path('find.jpg')
      await picture(file)
      worker = await world.working('worker')
      await worker.offline()
      await worker.open('/patrol')
      await shoot(worker.page, 'find', file)
      await worker.page.getByRole('heading', { level: 1, name: '发现问题' }).waitFor()
      await worker.page.locator('.find-photo img').waitFor()
      await worker.choose('是什么问题', '环境卫生')
      await worker.write('补充说明（可不写）', WORDS)
      await worker.page.locator('[data-test="find-give"]').focus()
      await until(async () => JSON.stringify(await worker.stored('singles')).includes(WORDS))
      await worker.pullBattery()
      await worker.start()
      await worker.open('/tasks')
      await worker.page.locator('[data-test="find-plain"]', { hasText: '接着填' }).click()
      await worker.page.locator('.find-photo img').waitFor()
      await look.phone(worker.page, 'field find')
    })

    step('上报 can be taken back for some seconds, then it stands in 记录 with its three truths', async () => {
      const { page } = worker
      assert.notEqual(await page.getByLabel('在哪里', { exact: true }).inputValue(), '', 'a place is offered')
      await worker.write('在哪里', PLACE)
      await page.locator('[data-test="find-give"]').click()
      await page.locator('[data-test="find-back"]').click()
      await page.locator('[data-test="find-given"]').waitFor({ state: 'detached' })
      assert.equal(await page.getByLabel('在哪里', { exact: true }).inputValue(), PLACE)
      await page.locator('[data-test="find-give"]').click()
      await page.locator('[data-test="find-given"]').waitFor()
      await look.phone(page, 'field find given')
      await worker.open('/records')
      const record = page.locator('[data-test="record"]', { hasText: PLACE })
      await record.getByText('巡查发现').waitFor()
      await record.getByText('王小梅').waitFor()
    })

    step('with a network it is a ticket that says what, where, by whom, and nobody has to be called', async () => {
      desk = await world.desk()
      await worker.online()
      await worker.chip('chip.done')
      const found = async () => (await desk.call('GET', '/tickets?channel=patrol')).items.find((one) => one.title === TITLE)
      await until(async () => (id = (await found())?.id))
      await openTicket(desk, id, TITLE)
      await desk.page.locator('[data-test="proactive"]').waitFor()
      await desk.page.getByText('王小梅巡查发现').waitFor()
      for (const name of ['反馈', '回访']) assert.equal(await desk.page.locator(`#part-${name === '反馈' ? 'feedback' : 'callback'}`).count(), 0, name)
      await look.office(desk.page, 'office find')
      await worker.open('/tasks')
      await worker.page.locator('[data-test="find"]').waitFor({ state: 'attached' })
      assert.equal(await worker.page.locator('[data-test="ticket"]', { hasText: TITLE }).count(), 0, 'it is nobody’s work yet')
    })

    step('the office counts it apart, and lists it by itself', async () => {
      await desk.open('/figures')
      await desk.page.locator('[data-test="figures-proactive"]').getByRole('table').waitFor()
      await desk.open('/tickets?channel=patrol')
      await desk.page.getByRole('row', { name: TITLE }).waitFor()
    })

    step('given to the community it is work for both; the second one is offered to join the first', async () => {
      const { items: units } = await desk.call('GET', '/units')
      await desk.call('POST', `/tickets/${id}/assign`, { to: { kind: 'community', id: units.find((unit) => unit.name === '和平社区').id } })
      colleague = await world.working('colleague')
      const mine = worker.page.locator('[data-test="ticket"]', { hasText: TITLE })
      await mine.waitFor()
      await mine.click()
      await worker.page.getByRole('button', { name: '开始走访' }).click()
      await worker.part('finding').waitFor()
      await worker.saved()
      visit = worker.page.url().split('#')[1]
      await worker.chip('chip.done')
      await colleague.page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      const join = colleague.page.getByRole('button', { name: '加入王小梅的走访' })
      await join.waitFor()
      await look.phone(colleague.page, 'field ticket to join')
      await join.click()
      await colleague.part('finding').waitFor()
      await colleague.chip('chip.done')
      await colleague.open('/records')
      const names = colleague.page.locator('[data-test="record"]', { hasText: TITLE }).locator('[data-test="record-names"]').first()
      await names.getByText('王小梅').waitFor()
      await names.getByText('钱雨澜').waitFor()
    })

    step('where they disagree, the phone names who wrote which', async () => {
      await worker.offline()
      await colleague.offline()
      for (const phone of [worker, colleague]) {
        await phone.open(visit)
        await phone.part('finding').waitFor()
      }
      await worker.choose('严重程度', '严重')
      await colleague.choose('严重程度', '一般')
      for (const phone of [worker, colleague]) {
        await phone.saved()
        await phone.online()
        await phone.chip('chip.done')
      }
      const settle = worker.page.locator('[data-test="conflict"]')
      await settle.first().waitFor()
      for (const name of ['王小梅', '钱雨澜']) await settle.first().getByText(name).waitFor()
      assert.equal(await worker.page.locator('[data-test="discard"]').count(), 0, 'what two people wrote nobody discards')
    })

    step('a visit begun by mistake is discarded, can be taken up again, and leaves the lists', async () => {
      await world.ticket({ number: 'SQ-20261128-521', title: OTHER, address: PLACE })
      await worker.open('/tasks')
      await worker.page.locator('[data-test="ticket"]', { hasText: OTHER }).click()
      await worker.page.getByRole('button', { name: '开始走访' }).click()
      await worker.page.locator('[data-test="discard"]').click()
      await look.phone(worker.page, 'field discard', { sheet: true })
      await worker.page.locator('[data-test="discard-confirm"]').click()
      await worker.page.locator('[data-test="discarded"]').waitFor()
      await worker.page.locator('[data-test="undo"]').click()
      await worker.page.locator('[data-test="discard"]').click()
      await worker.page.locator('[data-test="discard-confirm"]').click()
      await worker.page.locator('[data-test="discarded"]').waitFor()
      await worker.chip('chip.done')
      await worker.open('/records')
      await worker.page.locator('[data-test="record"]', { hasText: TITLE }).first().waitFor()
      assert.equal(await worker.page.locator('[data-test="record"]', { hasText: OTHER }).count(), 0)
      await until(async () => (await desk.call('GET', '/visits?state=discarded')).total === 1)
      const { items } = await desk.call('GET', `/tickets?query=SQ-20261128-521`)
      assert.equal(items[0].visits, 0)
      const { findings } = look
      assert.deepEqual(findings, [])
    })
  })
