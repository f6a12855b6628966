// A ticket's whole life at desks: from its intake to its evaluation, each of the ten steps with its record, by the people
// whose part it is.

import assert from 'node:assert/strict'
import { Inspection } from '../support/inspect.mjs'
import { story } from '../support/runner.mjs'
import { approve, bar, form, give, openTicket, part, send, stepSays, strip, told, writeCauses } from '../support/ticket.mjs'

const TITLE = '小区外墙瓷砖脱落有安全隐患'
const ADDRESS = '和平路 9 号院 2 号楼'
const NUMBER = 'SQ-20261124-871'
const FILE = `工单编号,标题,内容,派发时间,办理时限,地址,社区,紧急程度
${NUMBER},${TITLE},2 号楼东侧外墙瓷砖接连掉落，楼下就是人行道，请尽快处理。,2026-11-23 10:00,2027-01-30,${ADDRESS},和平社区,一般
`
const SECTION = '城市管理科'
/** Who works on it besides the reviewer: username, name, role, unit. */
const HOTLINE = ['shen.li', '沈丽', 'hotline_worker']
const SECRETARY = ['lu.ping', '陆平', 'community_secretary', '370105099002']
const HANDLER = { username: 'zheng.kai', name: '郑凯' }
/** What people write. */
const WORDS = {
  request: '2 号楼东侧外墙瓷砖接连掉落，楼下就是人行道，请尽快处理。',
  called: '诉求人说昨天又掉了两块',
  help: '请派人在人行道上拉警戒线，并安排人员看守',
  helped: '警戒线已拉好，两人轮流看守',
  demand: '今天内完成排险，并书面回复',
  answer: '已清除松动瓷砖，明天加装防护网',
  report: '松动瓷砖已全部清除，防护网已装好，人行道恢复通行',
  why: '外墙确有脱落，属于安全隐患',
  told: '您反映的外墙瓷砖脱落问题已经处理完毕，感谢监督。',
  result: '经现场核查，外墙脱落属实，现已清除松动瓷砖并加装防护网。',
  happy: '处理得很快',
  cause: '设施老化',
  second: '产权或责任主体缺失',
  grounds: '首派应当直接给物业主管科室',
  ruling: '派单依据职责目录，没有错误',
  note: '媒体也在关注这件事',
  closing: '各环节资料齐全',
}

export default (world) =>
  story('A ticket from its intake to its evaluation', (step) => {
    const look = new Inspection()
    let desk, hotline, handler, ticket

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    const open = (at) => openTicket(at, ticket, TITLE)

    step('the office adds a section, and somebody who works there', async () => {
      desk = await world.desk()
      world.words.push(TITLE, ADDRESS, SECTION, HANDLER.name, HANDLER.username, HOTLINE[0], HOTLINE[1], SECRETARY[0], SECRETARY[1], ...Object.values(WORDS))
      const { page } = desk
      await desk.go('人员与设备')
      await page.getByRole('button', { name: '添加科室或专班' }).click()
      const unit = page.getByRole('dialog', { name: '添加科室或专班' })
      await unit.getByLabel('名称', { exact: true }).fill(SECTION)
      await look.office(page, 'office add section')
      await unit.getByRole('button', { name: '添加科室或专班' }).click()
      await unit.waitFor({ state: 'detached' })
      await page.getByRole('button', { name: '添加人员' }).click()
      const person = page.getByRole('dialog', { name: '添加人员' })
      await person.getByLabel('姓名', { exact: true }).fill(HANDLER.name)
      await person.getByLabel('用户名', { exact: true }).fill(HANDLER.username)
      await person.locator('.el-select').first().click()
      await page.getByRole('option', { name: '科室', exact: true }).click()
      await person.locator('.el-select').nth(1).click()
      await page.getByRole('option', { name: SECTION, exact: true }).click()
      await page.keyboard.press('Escape')
      const [answer] = await Promise.all([page.waitForResponse((response) => response.url().endsWith('/v1/people') && response.request().method() === 'POST'), person.getByRole('button', { name: '添加人员' }).click()])
      const { initial_password } = await answer.json()
      await person.getByRole('button', { name: '已记下' }).click()
      handler = await world.signedIn('section', HANDLER.username, initial_password)
      const [username, name, role] = HOTLINE
      const added = await world.hub.command('user', 'add', username, '--name', name, '--role', role)
      hotline = await world.signedIn('hotline', username, added.initial_password)
      done()
    }, 150_000)

    step('受理, 分类, 交办: the hotline takes the ticket, classifies it and gives it to the section', async () => {
      const { page } = hotline
      await world.hub.command('import', 'tickets', await world.hub.file('life.csv', FILE))
      ticket = (await desk.call('GET', `/tickets?query=${NUMBER}`)).items[0].id
      await open(hotline)
      await stepSays(page, /^受理：已完成/)
      await bar(page).getByText('新工单，请先签收。').waitFor()
      await look.office(page, 'office life new')
      await bar(page).getByRole('button', { name: '签收', exact: true }).click()
      await bar(page).getByText('已签收，先分类，再交办。').waitFor()
      await bar(page).getByRole('button', { name: '分类', exact: true }).click()
      await page.getByRole('dialog', { name: '分类', exact: true }).getByText('系统建议').waitFor()
      await look.office(page, 'office life classify')
      // The names of types are the office's own.
      const { category } = await desk.call('GET', `/tickets/${ticket}/proposal`)
      world.words.push(...category.value)
      await page.getByRole('dialog', { name: '分类', exact: true }).getByRole('button', { name: /^采用建议的类别/ }).click()
      await send(page, '分类', { choices: { 诉求类型: '投诉', 诉求主体: '市民', 紧急程度: '紧急', 办理时限按新的时限方案重算: '是' } })
      await stepSays(page, /^分类：已完成，沈丽/)
      await give(hotline, '科室', '哪个科室', { unit: SECTION })
      await stepSays(page, /^交办：已完成，沈丽/)
      done()
    })

    step('the section finds its ticket, takes it, calls the requester and asks a community for help', async () => {
      const { page } = handler
      await handler.go('工单')
      assert.equal(await page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: '人员与设备' }).count(), 0)
      await page.getByRole('link', { name: TITLE }).first().click()
      await bar(page).getByRole('button', { name: '认领', exact: true }).click()
      await bar(page).getByRole('button', { name: '首次联系', exact: true }).click()
      await send(page, '首次联系', { choices: { 方式: '电话' }, texts: { '联系情况（可不填）': WORDS.called } })
      // What the office alone does is not offered.
      await bar(page).getByRole('button', { name: '更多', exact: true }).click()
      assert.equal(await bar(page).getByRole('button', { name: '督办', exact: true }).count(), 0)
      await look.office(page, 'office life more')
      await bar(page).getByRole('button', { name: '请协办', exact: true }).click()
      await send(page, '请协办', { picks: { 协办单位: '新华社区' }, texts: { 请他们做什么: WORDS.help }, quick: ['要求完成时间：三天后'] })
      await part(page, '协办与外部单位').getByText(WORDS.help).waitFor()
      await stepSays(page, /^协办：已完成，郑凯/)
      done()
    })

    step('协办: the community sees what is asked of it, and does it', async () => {
      const [username, name, role, unit] = SECRETARY
      const added = await world.hub.command('user', 'add', username, '--name', name, '--role', role, '--unit', unit)
      const secretary = await world.signedIn('secretary', username, added.initial_password)
      await open(secretary)
      const { page } = secretary
      await bar(page).getByText(WORDS.help).waitFor()
      await bar(page).getByRole('button', { name: '协办完成（新华社区）' }).click()
      await send(page, '协办完成', { texts: { 办理情况: WORDS.helped } })
      await part(page, '协办与外部单位').getByText(WORDS.helped).waitFor()
      await secretary.stop()
    })

    step('督办: the office demands an answer, gets it in writing, and closes it', async () => {
      await open(desk)
      const { page } = desk
      await part(page, '督办').getByRole('button', { name: '督办', exact: true }).click()
      await send(page, '督办', { choices: { 督办级别: '督办', 原因: '安全隐患' }, texts: { 督办要求: WORDS.demand }, quick: ['回复期限：明天下班'] })
      await handler.page.reload()
      await bar(handler.page).getByRole('button', { name: '回复督办' }).click()
      await send(handler.page, '回复督办', { texts: { 书面回复: WORDS.answer } })
      await part(page, '督办').getByText(WORDS.answer).waitFor()
      await bar(page).getByRole('button', { name: '督办办结' }).click()
      await send(page, '督办办结')
      await stepSays(page, /^督办：已完成，周敏/)
    })

    step('what somebody types survives a colleague who was faster, and a reload', async () => {
      const { page } = handler
      await bar(page).getByRole('button', { name: '报结', exact: true }).click()
      const dialog = await form(page, '报结', { texts: { 办理情况: WORDS.report } })
      const { life } = await desk.call('GET', `/tickets/${ticket}`)
      await desk.call('POST', `/tickets/${ticket}/actions`, { seen: life.version, act: { action: 'note', words: WORDS.note } })
      await dialog.getByText('您打开之后，这件工单有了变化').waitFor()
      await dialog.getByText('周敏：备注').waitFor()
      assert.equal(await dialog.getByRole('button', { name: '报结', exact: true }).isDisabled(), true)
      await look.office(page, 'office life changed')
      await page.reload()
      await bar(page).getByText('“报结”写了一部分，还没有提交。').waitFor()
      await bar(page).getByRole('button', { name: '接着写' }).click()
      assert.equal(await page.getByRole('dialog', { name: '报结' }).getByLabel('办理情况').inputValue(), WORDS.report)
      await send(page, '报结')
      await bar(page).getByText('写了一部分').waitFor({ state: 'detached' })
      await part(page, '办理').getByText(WORDS.report).waitFor()
      done()
    })

    step('the office agrees that it is done, and finds the request reasonable', async () => {
      const { page } = desk
      await bar(page).getByRole('button', { name: '报结通过' }).click()
      await send(page, '报结通过')
      await bar(page).getByRole('button', { name: '诉求认定', exact: true }).click()
      await send(page, '诉求认定', { choices: { 认定结果: '合理' }, texts: { 认定理由: WORDS.why } })
      await part(page, '诉求认定').getByText(WORDS.why).waitFor()
    })

    step('反馈: two texts, approved by a second person, kept as they were sent', async () => {
      const { page } = hotline
      await open(hotline)
      for (const [addressee, words] of [['诉求人', WORDS.told], ['平台', WORDS.result]]) {
        await bar(page).getByRole('button', { name: `拟写反馈（${addressee}）` }).click()
        const dialog = await form(page, '拟写反馈', { texts: { 正文: words } })
        assert.equal(await dialog.getByLabel(addressee, { exact: true }).isChecked(), true)
        await dialog.getByRole('button', { name: '拟写反馈', exact: true }).click()
        await dialog.waitFor({ state: 'detached' })
      }
      await bar(page).getByText('反馈已拟好，要由另一位同事审核后才能发出。').waitFor()
      // Who wrote it does not find a button to approve it.
      assert.equal(await page.getByRole('button', { name: /反馈审核通过/ }).count(), 0)
      await bar(desk.page).getByRole('button', { name: '反馈审核通过（平台）' }).waitFor()
      for (const addressee of ['诉求人', '平台']) await approve(desk.page, addressee, () => look.office(desk.page, 'office life approve'))
      await bar(page).getByRole('button', { name: '登记已反馈（平台）' }).waitFor()
      for (const [addressee, means] of [['诉求人', '电话'], ['平台', '平台录入']]) await told(page, addressee, means)
      await stepSays(page, /^反馈：已完成，沈丽/)
      await part(page, '反馈').getByRole('button', { name: '复制给平台的处理结果' }).click()
      await page.getByText('已复制，可以粘贴到平台。').waitFor()
      await look.office(page, 'office life answered')
      done()
    })

    step('what is still missing at the end is said in a sentence, with the way to it', async () => {
      const { page } = hotline
      await bar(page).getByRole('button', { name: '更多', exact: true }).click()
      await bar(page).getByRole('group').getByRole('button', { name: '办结', exact: true }).click()
      const dialog = await form(page, '办结', { texts: { '办结说明（可不填）': WORDS.closing } })
      await dialog.getByRole('button', { name: '办结', exact: true }).click()
      await dialog.getByText('还没有回访，也没有注明不回访的原因').waitFor()
      await dialog.getByRole('button', { name: '去“回访”补上' }).click()
      await dialog.waitFor({ state: 'detached' })
      assert.equal(await part(page, '回访').evaluate((element) => element === document.activeElement), true)
    })

    step('回访, 分析, 评价: the caller is asked, the causes are named, and the closed ticket has its score', async () => {
      const { page } = hotline
      await bar(page).getByRole('button', { name: '回访', exact: true }).click()
      await send(page, '回访', { choices: { 方式: '电话', 服务: '满意', 结果: '基本满意', 解决了吗: '已解决' }, texts: { '诉求人怎么说（可不填）': WORDS.happy } })
      await stepSays(page, /^回访：已完成，沈丽/)
      await bar(page).getByRole('button', { name: '分析', exact: true }).click()
      await writeCauses(page, [WORDS.cause, WORDS.second])
      await look.office(page, 'office life analysis')
      await send(page, '分析')
      await part(page, '分析').getByText(WORDS.second, { exact: true }).waitFor()
      await bar(page).getByRole('button', { name: '办结', exact: true }).click()
      // What was typed before the callback is still there.
      assert.equal(await page.getByRole('dialog', { name: '办结' }).getByLabel('办结说明（可不填）').inputValue(), WORDS.closing)
      await send(page, '办结')
      await stepSays(page, /^评价：已完成/)
      await part(page, '评价').getByText(/^\d+ 分$/).waitFor()
      await stepSays(page, '申诉：不适用。没有人申诉。')
    })

    step('申诉: the section objects to the dispatch, and somebody of the office decides', async () => {
      await open(handler)
      await part(handler.page, '申诉与剔除').getByRole('button', { name: '申诉', exact: true }).click()
      await send(handler.page, '申诉', { choices: { 原因: '派单有误' }, texts: { 申诉理由: WORDS.grounds }, quick: ['申诉期限：五天后'] })
      const { page } = desk
      await bar(page).getByRole('button', { name: '申诉裁定' }).click()
      await send(page, '申诉裁定', { choices: { 裁定: '不成立' }, texts: { 裁定理由: WORDS.ruling } })
      for (const name of ['受理', '交办', '分类', '协办', '督办', '反馈', '回访', '申诉', '分析', '评价']) await stepSays(page, new RegExp(`^${name}：已完成`))
      const { strip: steps } = await desk.call('GET', `/tickets/${ticket}`)
      assert.ok(steps.every((one) => one.state === 'done' && one.done.n > 0))
    })

    step('the whole life reads as a story, without a mouse or good eyes, at a desk and at 200 %', async () => {
      const { page } = desk
      const history = part(page, '办理过程')
      for (const sentence of ['签收了工单', '定了分类', `派给${SECTION}`, '认领了工单', '联系了诉求人（电话）', '请新华社区协办', '督办：安全隐患', '报结审核通过', '认定诉求：合理', '拟写给平台的处理结果', '已发出反馈（平台录入）', '回访了诉求人（电话）', '分析了诉求根源', '办结了工单', '申诉裁定：不成立']) await history.getByText(sentence, { exact: true }).first().waitFor()
      await strip(page).getByRole('button', { name: /^受理/ }).focus()
      await page.keyboard.press('ArrowRight')
      assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /^交办：/)
      for (let n = 0; n < 3; n += 1) await page.keyboard.press('ArrowRight')
      await page.keyboard.press('Enter')
      assert.equal(await part(page, '督办').evaluate((element) => element === document.activeElement), true)
      await desk.settled()
      for (const [name, width, height] of [['1366', 1366, 768], ['200', 683, 384]]) {
        await page.setViewportSize({ width, height })
        await look.office(page, `office life ${name}`)
        await page.locator('main').evaluate((main) => main.scrollTo(0, 0))
        await look.office(page, `office life ${name} top`)
      }
      await page.setViewportSize({ width: 1440, height: 900 })
      done()
    })

    step('the other language leaves no label behind on the ticket', async () => {
      const { page } = desk
      const read = async (language) => {
        await open(desk)
        await desk.settled()
        await look.language(page, 'office life', language, world.words)
      }
      await read('zh-CN')
      await page.getByRole('button', { name: 'English' }).click()
      await page.waitForFunction(() => !document.querySelector('[aria-label="关闭此对话框"]'))
      await read('en')
      await page.getByRole('button', { name: '中文' }).click()
      for (const other of [hotline, handler]) await other.stop()
      done()
    }, 120_000)
  })
