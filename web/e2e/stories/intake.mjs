// The intake desk: a call becomes a ticket without the mouse, a copied text is recognised, what was typed survives a sign-in that
// ended, a screenshot and a duplicate stand on the ticket, and somebody reports by a card.

import assert from 'node:assert/strict'
import { Inspection } from '../support/inspect.mjs'
import { picture } from '../support/pictures.mjs'
import { story } from '../support/runner.mjs'
import { REVIEWER } from '../support/world.mjs'

const BROKEN = '公告栏玻璃碎了，孩子容易划伤'
const WHAT = '和平路3号院西门路面塌陷，骑车的人摔倒过，请尽快修'
const PASTED = `工单编号：JN-20261124-801
来 电 人：赵某某
联系电话：13800007788
诉求类型：投诉
事发地址：和平路3号院
诉求内容：${WHAT}。
办理时限：2027-01-30 17:30`

export default (world) =>
  story('The intake desk', (step) => {
    const look = new Inspection()
    let desk

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    const press = async (keys) => {
      for (const key of keys) await desk.page.keyboard.press(key)
    }

    step('a call about wages becomes a ticket by the keyboard alone, in less than a minute', async () => {
      desk = await world.desk()
      const { page } = desk
      world.words.push('十二名工人三个月没有拿到工资', WHAT, '某某建筑公司', '张某某', '2026-08', '2026-10')
      await desk.go('受理台')
      await look.office(page, 'office intake empty')
      const began = Date.now()
      await page.getByRole('radio', { name: '北园暖心电话' }).focus()
      await press(['ArrowUp', 'ArrowUp'])
      await page.getByLabel('用人单位').waitFor()
      await page.keyboard.press('Tab')
      for (const text of ['某某建筑公司', '和平路工地', '2026-08', '2026-10', '123456.5', '12', '十二名工人三个月没有拿到工资', '张某某', '13800006677']) {
        await page.keyboard.type(text)
        await page.keyboard.press('Tab')
      }
      await page.keyboard.press('Control+Enter')
      const told = page.getByRole('status').filter({ hasText: '已登记，编号 自收-' })
      await told.waitFor()
      assert.ok(Date.now() - began < 60_000)
      await told.getByRole('link', { name: '打开工单' }).click()
      await page.getByText('123456.50 元').waitFor()
      await page.getByText('直接受理，登记了工单').waitFor()
      await look.office(page, 'office ticket of the desk')
      done()
    })

    step('what is wrong is told at its field, and what was typed survives a sign-in that ended', async () => {
      const { page } = desk
      await desk.go('受理台')
      await page.getByRole('radio', { name: '热线微信' }).check()
      await page.getByLabel('诉求内容').fill(WHAT)
      await page.getByLabel('联系电话').fill('打过来')
      await page.keyboard.press('Control+Enter')
      await page.getByRole('alert').getByText('联系电话不像电话号码').waitFor()
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-invalid')), 'true')
      await page.getByLabel('联系电话').fill('13800007788')
      await page.getByRole('button', { name: '退出' }).click()
      await desk.signIn({ username: REVIEWER.username, password: world.passwords.get(REVIEWER.username) })
      await desk.go('受理台')
      assert.equal(await page.getByLabel('诉求内容').inputValue(), WHAT)
      done()
    })

    step('a screenshot goes with it', async () => {
      const { page } = desk
      const file = await picture(world.path('screenshot.png'), { width: 300, height: 200 })
      await page.locator('input[type=file]').setInputFiles(file)
      await page.getByRole('img', { name: '第 1 张截图' }).waitFor()
      await page.getByRole('button', { name: '登记' }).click()
      const told = page.getByRole('status').filter({ hasText: '已登记，编号 自收-' })
      await told.waitFor()
      await told.getByRole('link', { name: '打开工单' }).click()
      // A picture is fetched when somebody comes near it.
      const matter = page.getByRole('region', { name: '同一诉求' })
      await matter.scrollIntoViewIfNeeded()
      await matter.getByRole('img', { name: '第 1 张截图' }).waitFor()
      done()
    })

    step('a copied ticket is recognised with its words, and the duplicate is offered while it is typed', async () => {
      const { page } = desk
      world.words.push(...PASTED.split('\n'), 'JN-20261124-801', '赵某某', WHAT)
      await desk.go('受理台')
      await page.getByRole('radio', { name: '粘贴平台工单' }).check()
      await page.getByLabel('粘贴工单文字').fill('今天没有什么事')
      await page.getByRole('button', { name: '识别栏目' }).click()
      await page.getByRole('alert').getByText('没有认出任何栏目').waitFor()
      await page.getByLabel('诉求内容').fill('')
      await page.getByLabel('粘贴工单文字').fill(PASTED)
      await page.getByRole('button', { name: '识别栏目' }).click()
      await page.getByRole('cell', { name: '来 电 人：赵某某' }).waitFor()
      assert.equal(await page.getByLabel('诉求人').inputValue(), '赵某某')
      assert.equal(await page.getByLabel('工单编号').inputValue(), 'JN-20261124-801')
      const alike = page.getByRole('region', { name: '可能重复的工单' })
      await alike.getByText('同一电话').waitFor()
      await look.office(page, 'office intake pasted')
      await page.getByRole('button', { name: '登记' }).click()
      const told = page.getByRole('status').filter({ hasText: '已登记，编号 JN-20261124-801' })
      await told.waitFor()
      await told.getByRole('link', { name: '打开工单' }).click()
      const same = page.getByRole('region', { name: '同一诉求' })
      await same.getByRole('button', { name: '并入这一件' }).first().click()
      await same.getByText('这件工单已并入另一件').waitFor()
      await look.office(page, 'office ticket merged')
      await same.getByRole('button', { name: '撤销并单' }).click()
      await same.getByRole('button', { name: '并入这一件' }).first().waitFor()
      done()
    })

    step('somebody reports by a card without an account, and reads what became of it', async () => {
      const { code } = await desk.call('POST', '/cards', { place: '和平路3号院公告栏' })
      const context = await world.browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
      const page = await context.newPage()
      world.words.push('和平路3号院公告栏', '和平路3号院', BROKEN)
      await page.goto(`${world.origin}/report/${code}`)
      await page.getByText('和平路3号院公告栏').waitFor()
      await page.getByRole('button', { name: '提交' }).click()
      await page.getByRole('alert').getByText('请填写诉求内容').waitFor()
      await page.getByLabel('发生了什么').fill(BROKEN)
      const file = await picture(world.path('glass.png'), { width: 300, height: 200 })
      await page.locator('input[type=file]').setInputFiles(file)
      await page.getByRole('button', { name: '提交' }).click()
      await page.getByRole('heading', { name: '已经收到，谢谢您' }).waitFor()
      const query = (await page.locator('.code').innerText()).replace(/\s/g, '')
      assert.match(query, /^\d{12}$/)
      await page.getByLabel('查询办理情况').fill(query)
      await page.getByRole('button', { name: '查询', exact: true }).click()
      await page.getByText('还没有答复，请过几天再查。').waitFor()
      await look.office(page, 'public report')
      await context.close()
      done()
    })
  })
