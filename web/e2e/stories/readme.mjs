// "Try it offline with two browser windows" of the README, word by word, on the demonstration sub-district.

import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { Hub } from '../support/hub.mjs'
import { Line } from '../support/line.mjs'
import { PATIENCE } from '../support/phone.mjs'
import { picture } from '../support/pictures.mjs'
import { story } from '../support/runner.mjs'

const TITLE = '柳岸路垃圾桶满溢'
const REMARK = '请补拍清理后的照片。'

export default (world) =>
  story('The README in three windows', (step) => {
    let demo, line, office, worker, captain

    const window = async (name, viewport) => {
      const context = await world.browser.newContext({ viewport, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
      context.setDefaultTimeout(PATIENCE)
      world.watch.on(context, name, line.origin)
      return context.newPage()
    }
    const section = async (name) => {
      await office.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name }).click()
      await office.getByRole('heading', { level: 1, name }).waitFor()
    }
    const choose = (page, option) => page.getByRole('group', { name: '严重程度', exact: true }).getByRole('button', { name: option, exact: true }).click()

    step('the demonstration is made and served, and a reviewer signs in with the printed account', async () => {
      line = new Line()
      await line.open()
      const folder = world.path('readme')
      await mkdir(folder)
      const hub = new Hub(folder, line.origin, world.path('readme.log'))
      world.hubs.push({ hub, line })
      demo = await hub.command('demo')
      await hub.start()
      line.port = () => hub.port
      office = await window('readme office', { width: 1440, height: 900 })
      await office.goto(`${line.origin}/office/`)
      await office.getByLabel('用户名', { exact: true }).fill(demo.accounts.find(({ role }) => role === 'office_reviewer').username)
      await office.getByLabel('密码', { exact: true }).fill(demo.password)
      await office.getByRole('button', { name: '登录', exact: true }).click()
      await office.getByRole('navigation', { name: '主菜单' }).waitFor()
    })

    step('two phones are enrolled by the links under 人员与设备, and start without a network', async () => {
      const phone = async (person) => {
        await section('人员与设备')
        await office.getByRole('button', { name: `给${person}登记手机` }).click()
        const dialog = office.getByRole('dialog')
        const link = await dialog.getByRole('link', { name: '在这台电脑上打开登记链接' }).getAttribute('href')
        const page = await window(`readme ${person}`, { width: 390, height: 800 })
        await page.goto(link)
        await page.getByText('登记码格式正确').waitFor()
        await page.getByLabel('您的密码', { exact: true }).fill(demo.password)
        await page.getByRole('button', { name: '登记', exact: true }).click()
        await page.getByText('可以离线使用了').waitFor()
        await dialog.getByRole('button', { name: '完成' }).click()
        await dialog.waitFor({ state: 'detached' })
        await page.context().setOffline(true)
        await page.goto(`${line.origin}/field/#/tasks`)
        await page.reload()
        await page.locator('[data-test="ticket"]', { hasText: TITLE }).waitFor()
        return page
      }
      worker = await phone('林小漫')
      captain = await phone('秦桂澜')
    })

    step('both choose another severity in the record that was begun, with photos; online again both see the two values', async () => {
      for (const [page, severity, colour] of [[worker, '严重', [150, 140, 130]], [captain, '轻微', [130, 140, 150]]]) {
        await page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
        await page.locator('[data-test="record"]').first().click()
        await choose(page, severity)
        await page.locator('[data-test="saved"]', { hasText: /已存手机 \d/ }).waitFor()
        const tiles = await page.locator('.photo-tile').count()
        const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.locator('label:has([data-test="photo-evidence"])').click()])
        await chooser.setFiles(await picture(world.path(`readme-${severity}.png`), { colour }))
        await page.locator('.photo-tile').nth(tiles).waitFor()
      }
      for (const page of [worker, captain]) {
        await page.context().setOffline(false)
        await page.locator('[data-test="sync-chip"][data-state="chip.done"]').waitFor()
      }
      for (const page of [worker, captain]) {
        const notice = page.locator('[data-path="fields/severity"] [data-test="conflict"]')
        for (const said of [/“严重”\s*林小漫/, /“轻微”\s*秦桂澜/]) await notice.getByRole('listitem').filter({ hasText: said }).waitFor()
      }
    })

    step('the submitted record is under 待审核, the disagreement is settled, and the remark arrives on the phone', async () => {
      await worker.getByRole('button', { name: '添加参与人员' }).click()
      await worker.getByRole('dialog').getByRole('button', { name: /秦桂澜/ }).click()
      await worker.getByRole('dialog').getByRole('button', { name: '完成' }).click()
      await worker.getByRole('group', { name: '这件事怎么样了', exact: true }).getByRole('button', { name: '部分解决', exact: true }).click()
      await worker.locator('[data-test="submit"]').click()
      await worker.getByText(/^已提交/).first().waitFor()
      await section('待审核')
      const row = office.getByRole('row', { name: TITLE })
      await row.getByText('两种说法 1 处').waitFor()
      await row.getByRole('link', { name: TITLE }).click()
      const dispute = office.getByRole('group', { name: '严重程度' })
      await dispute.waitFor()
      assert.ok(await dispute.evaluate((one) => one.compareDocumentPosition(document.querySelector('.record')) & Node.DOCUMENT_POSITION_FOLLOWING), 'the disagreement comes first')
      await dispute.locator('.side', { hasText: '秦桂澜' }).getByLabel('采用这个').check()
      await dispute.getByLabel('理由').fill('照片上没有满溢')
      await dispute.getByRole('button', { name: '选定' }).click()
      await office.getByText('两种说法已全部处理').waitFor()
      await office.locator('footer.bar').getByRole('button', { name: '退回修改' }).click()
      const decision = office.getByRole('dialog', { name: '退回现场修改' })
      await decision.getByLabel('照片不清楚').check()
      await decision.getByLabel('给现场人员的话').fill(REMARK)
      await decision.getByRole('button', { name: '确认退回' }).click()
      await worker.locator('[data-test="returned"]').getByText(REMARK).waitFor()
      for (const page of [office, worker, captain]) await page.context().close()
    })
  })
