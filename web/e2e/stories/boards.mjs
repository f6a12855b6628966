// The office's boards: many tickets given at once, what is late and who decides, and the callback desk by the keyboard alone.

import assert from 'node:assert/strict'
import { until } from '../support/eyes.mjs'
import { Inspection } from '../support/inspect.mjs'
import { story } from '../support/runner.mjs'

const SECTION = '市政管理科'
/** Takes its work over. */
const OTHER = '城市更新科'
const HOTLINE = ['ma.hong', '马红', 'hotline_worker']
const HANDLER = ['gu.feng', '顾峰', 'section_handler']
const LEADER = ['song.yan', '宋岩', 'leader']
const HEADER = '工单编号,标题,内容,派发时间,办理时限,地址,社区,紧急程度,诉求人,联系电话,诉求主体'
const ROWS = [
  ['SQ-20261124-951', '批量：井盖松动', '2026-11-23 10:00', '2027-01-30', '和平路 21 号', '市民'],
  ['SQ-20261124-952', '批量：路灯不亮', '2026-11-23 10:00', '2027-01-30', '和平路 22 号', '市民'],
  ['SQ-20261124-953', '批量：门前积水', '2026-11-23 10:00', '2027-01-30', '和平路 23 号', '企业'],
  ['SQ-20261124-954', '早该办完的占道施工', '2026-11-02 10:00', '2026-11-12', '和平路 24 号', '市民'],
  ['SQ-20261124-955', '要等管线图的塌陷修补', '2026-11-23 10:00', '2027-01-30', '和平路 25 号', '市民'],
  ['SQ-20261124-956', '已经反馈的噪声扰民', '2026-11-23 10:00', '2027-01-30', '和平路 26 号', '市民'],
]
const PHONE = '13800135566'
const FILE = [HEADER, ...ROWS.map(([number, title, at, due, address, who]) => `${number},${title},请尽快到现场处理。,${at},${due},${address},和平社区,一般,韩立新,${PHONE},${who}`)].join('\n')
/** What people write. */
const WORDS = {
  note: '三件都在一条路上，请一起看',
  demand: '三天前就该办完，请今天书面说明原因',
  answer: '施工队今晚撤场，明早恢复通行',
  why: '地下管线图还没有拿到',
  granted: '同意，请先围挡',
  report: '已劝导商户降低音量',
  reply: '您反映的噪声问题已经处理，商户承诺晚上十点后不再外放。',
  said: '昨天半夜还在放',
  help: '请协助核对路灯产权',
  mine: '和平路的企业件',
  party: '自来水公司',
  asked: '请关阀检修',
  since: '已电话联系承办人',
}

export default (world) =>
  story('The office gives many tickets at once, watches what is late and calls back', (step) => {
    const look = new Inspection()
    let desk, hotline, handler, leader, ids, section

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    const person = async ([username, name, role], ...unit) => {
      const added = await world.hub.command('user', 'add', username, '--name', name, '--role', role, ...unit)
      world.words.push(username, name)
      world.passwords.set(username, added.initial_password)
      const other = await world.newDesk(username)
      await other.signIn({ username, password: added.initial_password })
      return other
    }
    /** Acts as somebody does who has the ticket on the screen. */
    const acts = async (at, ticket, act) => {
      const { life } = await at.call('GET', `/tickets/${ticket}`)
      return at.call('POST', `/tickets/${ticket}/actions`, { seen: life.version, act })
    }
    const last = (ticket, kind) => ticket.life.tasks.filter((task) => task.kind === kind).at(-1).n
    const title = (n) => ROWS[n][1]
    const row = (page, text) => page.getByRole('row').filter({ hasText: text })
    const tabs = (page, name) => page.getByRole('group', { name, exact: true })

    step('six tickets come in, and the people who work on them', async () => {
      desk = await world.desk()
      world.words.push(SECTION, OTHER, '韩立新', ...Object.values(WORDS), ...ROWS.flatMap(([number, name, , , address]) => [number, name, address]))
      section = await desk.call('POST', '/units', { kind: 'section', name: SECTION })
      await desk.call('POST', '/units', { kind: 'section', name: OTHER })
      const file = await world.hub.file('boards.csv', `${FILE}\n`)
      const { added } = await world.hub.command('import', 'tickets', file)
      assert.equal(added, ROWS.length)
      ids = []
      for (const [number] of ROWS) ids.push((await desk.call('GET', `/tickets?query=${number}`)).items[0].id)
      handler = await person(HANDLER, '--unit', section.code)
      hotline = await person(HOTLINE)
      leader = await person(LEADER)
    }, 150_000)

    step('the three sides of the list and its figures hold what the list holds', async () => {
      const { page } = desk
      await desk.open('/tickets?q=批量')
      await page.getByText('共 3 件').first().waitFor()
      const sides = tabs(page, '诉求主体')
      await sides.getByRole('button', { name: /^全部\s*3$/ }).waitFor()
      await sides.getByRole('button', { name: /^市民\s*2$/ }).waitFor()
      await sides.getByRole('button', { name: /^企业\s*1$/ }).click()
      await row(page, title(2)).waitFor()
      assert.equal(await row(page, title(0)).count(), 0)
      assert.match(page.url(), /who=enterprise/)
      await page.getByRole('button', { name: '看概况' }).click()
      await page.getByRole('region', { name: '概况' }).getByRole('button', { name: /新工单\s*1/ }).waitFor()
      await look.office(page, 'boards figures')
      await page.getByRole('button', { name: '收起概况' }).click()
      done()
    })

    step('a view is kept under a name, and found again after a reload', async () => {
      const { page } = desk
      await page.getByRole('button', { name: '存为我的视图' }).click()
      await page.getByLabel('给视图起个名字').fill(WORDS.mine)
      await page.keyboard.press('Enter')
      const mine = page.getByRole('group', { name: '常用视图' }).getByRole('button', { name: WORDS.mine, exact: true })
      await mine.waitFor()
      await page.reload()
      assert.equal(await mine.getAttribute('aria-pressed'), 'true')
      // Each view of the house is seen from the side that is looked at, and counted so.
      const overdue = page.getByRole('group', { name: '常用视图' }).getByRole('button', { name: /^逾期/ })
      await overdue.getByText('0', { exact: true }).waitFor()
      await tabs(page, '诉求主体').getByRole('button', { name: /^全部/ }).click()
      await overdue.getByText('1', { exact: true }).waitFor()
      await overdue.click()
      await row(page, title(3)).waitFor()
      assert.match(page.url(), /overdue=1/)
    })

    step('three tickets are given at once: one was void and is left, with the reason, and stays chosen', async () => {
      const { page } = desk
      await acts(desk, ids[1], { action: 'cancel', words: '重复登记' })
      await desk.open('/tickets?q=批量')
      await row(page, title(1)).getByText('已作废').waitFor()
      // By the keyboard alone.
      await row(page, title(0)).getByRole('link', { name: title(0) }).focus()
      await page.keyboard.press('Space')
      await page.getByText('已选 1 件').waitFor()
      await page.getByRole('checkbox', { name: /^全选/ }).click()
      await page.getByText('已选 3 件').waitFor()
      await page.keyboard.press('Alt+B')
      const dialog = page.getByRole('dialog', { name: '批量交办' })
      await dialog.getByText('已选 3 件工单。').waitFor()
      await dialog.getByLabel('科室', { exact: true }).check()
      await desk.pick(dialog.getByLabel('哪个科室'), SECTION)
      await dialog.getByLabel('交代（可不填）').fill(WORDS.note)
      await look.office(page, 'boards batch')
      await dialog.getByRole('button', { name: `把 3 件交办给${SECTION}` }).click()
      await dialog.waitFor({ state: 'detached' })
      const bar = page.getByRole('region', { name: '批量交办' })
      await bar.getByText(`已把 2 件交办给${SECTION}。`).waitFor()
      await bar.getByText('已经办结、退单或作废，不能再交办。').waitFor()
      assert.equal(await page.getByRole('checkbox', { name: `选择：${title(1)}` }).isChecked(), true)
      assert.equal(await page.getByRole('checkbox', { name: `选择：${title(0)}` }).isChecked(), false)
      await row(page, title(0)).getByText(SECTION).waitFor()
      await look.office(page, 'boards batch done')
      await bar.getByRole('button', { name: '知道了' }).click()
      await bar.getByRole('button', { name: '取消选择' }).click()
      done()
    })

    step('督办: the leader demands an answer from the row of what is overdue, and closes it when it came', async () => {
      await acts(desk, ids[3], { action: 'assign', kind: 'section', to: section.id })
      const { page } = leader
      await leader.go('督办台')
      await row(page, title(3)).getByText(/已超期/).waitFor()
      await row(page, title(3)).getByRole('button', { name: `督办：${title(3)}` }).click()
      const dialog = page.getByRole('dialog', { name: '督办', exact: true })
      await dialog.getByRole('group', { name: '督办级别' }).getByLabel('督办', { exact: true }).check()
      await dialog.getByRole('group', { name: '原因' }).getByLabel('逾期', { exact: true }).check()
      await dialog.getByLabel('督办要求').fill(WORDS.demand)
      await dialog.getByRole('button', { name: '回复期限：明天下班' }).click()
      await dialog.getByRole('button', { name: '督办', exact: true }).click()
      await dialog.waitFor({ state: 'detached' })
      const sections = tabs(page, '督办台')
      await sections.getByRole('button', { name: /^督办中/ }).click()
      await row(page, title(3)).getByText('还没有书面回复').waitFor()
      await look.office(page, 'boards supervised')
      const asked = await handler.call('GET', `/tickets/${ids[3]}`)
      await acts(handler, ids[3], { action: 'answer_supervision', task: last(asked, 'supervision'), words: WORDS.answer })
      await row(page, title(3)).getByText(WORDS.answer).waitFor()
      await row(page, title(3)).getByRole('button', { name: `督办办结：${title(3)}` }).click()
      await page.getByRole('dialog', { name: '督办办结' }).getByRole('button', { name: '督办办结', exact: true }).click()
      await row(page, title(3)).waitFor({ state: 'detached' })
      done()
    })

    step('more time is asked for and granted in place, and the name of who granted it stands there', async () => {
      await acts(desk, ids[4], { action: 'assign', kind: 'section', to: section.id })
      await acts(handler, ids[4], { action: 'ask_extension', words: WORDS.why, until: Date.parse('2027-02-10T17:30:00+08:00') })
      await hotline.open('/supervision?tab=approvals')
      await row(hotline.page, title(4)).getByText('由街道热线办或分管领导审批').waitFor()
      const { page } = desk
      await desk.open('/supervision?tab=approvals')
      await row(page, title(4)).getByText(WORDS.why).waitFor()
      await row(page, title(4)).getByText('2027-02-10 17:30').waitFor()
      await look.office(page, 'boards approvals')
      await row(page, title(4)).getByRole('button', { name: `同意延期：${title(4)}` }).click()
      const dialog = page.getByRole('dialog', { name: '同意延期' })
      await dialog.getByLabel('审批意见（可不填）').fill(WORDS.granted)
      await dialog.getByRole('button', { name: '同意延期', exact: true }).click()
      await dialog.waitFor({ state: 'detached' })
      const decided = page.getByRole('region', { name: '最近三十天的审批' })
      await row(decided, title(4)).getByText('周敏').waitFor()
      await row(decided, title(4)).getByText(WORDS.granted).waitFor()
      await tabs(page, '督办台').getByRole('button', { name: /^超期回退\s*0$/ }).click()
      await page.getByText(/目标是 0 件，本月 0 件/).waitFor()
      done()
    })

    step('a section finds first what is asked of it, and does it from the list', async () => {
      const { page } = handler
      await acts(desk, ids[5], { action: 'ask_help', unit: section.id, words: WORDS.help, due_at: Date.now() + 86_400_000 })
      await handler.open('/')
      await page.getByRole('heading', { level: 1, name: '我的协办' }).waitFor()
      await row(page, title(5)).getByText(WORDS.help).waitFor()
      await look.office(page, 'boards cotasks')
      assert.equal(await page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: '督办台' }).count(), 0)
      await row(page, title(5)).getByRole('button', { name: `协办完成：${title(5)}` }).click()
      const dialog = page.getByRole('dialog', { name: '协办完成' })
      await dialog.getByLabel('办理情况').fill(WORDS.report)
      await dialog.getByRole('button', { name: '协办完成', exact: true }).click()
      await page.getByText('没有等您单位协办的事项').waitFor()
      done()
    })

    step('回访: by the keyboard alone, with the number on demand; a no begins the second cycle', async () => {
      const ticket = ids[5]
      await acts(hotline, ticket, { action: 'classify', request_kind: 'complaint', requester_type: 'citizen', urgency: 'normal' })
      await acts(hotline, ticket, { action: 'assign', kind: 'section', to: section.id })
      await acts(handler, ticket, { action: 'report_done', words: WORDS.report })
      await acts(desk, ticket, { action: 'approve_done' })
      await acts(desk, ticket, { action: 'find', finding: 'reasonable', words: '属实' })
      for (const addressee of ['requester', 'platform']) {
        const drafted = await acts(hotline, ticket, { action: 'draft_feedback', addressee, stage: 'result', words: WORDS.reply })
        const task = last(drafted, 'feedback')
        await acts(desk, ticket, { action: 'approve_feedback', task })
        await acts(hotline, ticket, { action: 'send_feedback', task, means: 'phone' })
      }
      const { page } = hotline
      await hotline.go('回访台')
      await page.getByRole('navigation', { name: '等待回访' }).getByRole('button', { name: title(5) }).click()
      await page.getByText(WORDS.reply).waitFor()
      assert.equal(await page.getByText(PHONE).count(), 0)
      await page.keyboard.press('Alt+P')
      await page.getByText(PHONE).waitFor()
      const form = page.getByRole('form', { name: '回访登记' })
      await look.office(page, 'boards callback')
      const choose = async (group, name) => {
        await form.getByRole('group', { name: group, exact: true }).getByLabel(name, { exact: true }).focus()
        await page.keyboard.press('Space')
      }
      await page.setViewportSize({ width: 683, height: 384 })
      await look.office(page, 'boards callback 200')
      await page.locator('main').evaluate((main) => main.scrollTo(0, 400))
      await look.office(page, 'boards callback 200 form')
      await page.setViewportSize({ width: 1440, height: 900 })
      await choose('服务', '满意')
      await choose('结果', '不满意')
      await page.getByText('登记后自动开始第 2 次办理').waitFor()
      await form.getByLabel('诉求人怎么说（可不填）').focus()
      await page.keyboard.type(WORDS.said)
      // Something is still missing: it is said, and nothing typed is lost.
      await page.keyboard.press('Control+Enter')
      await form.getByText('标红线的几项还没有填。').waitFor()
      await page.reload()
      await form.getByText('下面是您上次写了一半的内容。').waitFor()
      assert.equal(await form.getByLabel('诉求人怎么说（可不填）').inputValue(), WORDS.said)
      await choose('解决了吗', '没有解决')
      await page.keyboard.press('Control+Enter')
      await page.getByText(`诉求人不满意：“${title(5)}”已开始第 2 次办理`).waitFor()
      await page.locator('.day .again dd', { hasText: '1' }).waitFor()
      const { status, cycle } = await desk.call('GET', `/tickets/${ticket}`)
      assert.deepEqual([status, cycle], ['in_progress', 2])
      await look.office(page, 'boards callback done')
      done()
    })

    step('移交: everything open that a section has goes to another at once, and comes back as long as nobody did anything since', async () => {
      const { page } = desk
      const { total } = await desk.call('GET', `/tickets?holder=${section.id}&open=true&limit=1`)
      assert.ok(total >= 4, `${total}`)
      await desk.open('/tickets')
      await page.getByRole('button', { name: '更多条件' }).click()
      await desk.pick(page.getByRole('combobox', { name: '由谁办理' }), SECTION)
      const bar = page.getByRole('region', { name: '批量交办' })
      await bar.getByRole('button', { name: `移交全部 ${total} 件…` }).waitFor()
      await look.office(page, 'boards move offered')
      await bar.getByRole('button', { name: `移交全部 ${total} 件…` }).click()
      const dialog = page.getByRole('dialog', { name: `移交${SECTION}的工作` })
      await dialog.getByLabel('科室', { exact: true }).check()
      await desk.pick(dialog.getByLabel('哪个科室'), OTHER)
      await dialog.getByText(`在办 ${total} 件，其中 ${total} 件将移交给${OTHER}。`).waitFor()
      await page.setViewportSize({ width: 1366, height: 768 })
      await look.office(page, 'boards move preview')
      await look.language(page, 'boards move preview', 'zh-CN', world.words)
      await dialog.getByRole('button', { name: `把 ${total} 件移交给${OTHER}` }).click()
      await dialog.getByText(`已把 ${total} 件移交给${OTHER}。`).waitFor()
      await look.office(page, 'boards move done')
      await acts(hotline, ids[0], { action: 'note', words: WORDS.since })
      await dialog.getByRole('button', { name: `撤回 ${total} 件` }).click()
      await dialog.getByText(`已把 ${total - 1} 件撤回给${SECTION}。`).waitFor()
      await dialog.getByText('移交以后又有人办理或改派过。').waitFor()
      await look.office(page, 'boards move taken back')
      await dialog.getByRole('button', { name: '关闭', exact: true }).last().click()
      await row(page, title(2)).waitFor()
      assert.equal(await row(page, title(0)).count(), 0)
      await page.setViewportSize({ width: 1440, height: 900 })
      // The same from the page of people, for any unit.
      await desk.go('人员与设备')
      await page.getByRole('button', { name: '移交工作', exact: true }).first().click()
      const units = page.getByRole('dialog', { name: '移交工作' })
      await units.getByRole('group', { name: '原来由谁办理' }).getByLabel('科室', { exact: true }).check()
      await desk.pick(units.getByLabel('哪个科室'), OTHER)
      await look.office(page, 'boards move from people')
      await units.getByRole('button', { name: '取消' }).click()
      done()
    })

    step('a promise of an outside party falls due: the board, the menu and the ticket say so', async () => {
      const { page } = leader
      const due_at = Date.now() + 4_000
      const asked = await acts(desk, ids[2], { action: 'ask_outside', party: WORDS.party, words: WORDS.asked })
      await acts(desk, ids[2], { action: 'outside_promised', task: asked.life.version, due_at })
      await until(() => Date.now() > due_at)
      // Whatever is done to the ticket looks at its clocks, as the hub does once a minute.
      await acts(hotline, ids[2], { action: 'note', words: WORDS.since })
      await leader.open('/supervision?tab=promises')
      await row(page, title(2)).getByText(WORDS.party).waitFor()
      await row(page, title(2)).getByText(/已超期|逾期/).waitFor()
      await page.setViewportSize({ width: 1366, height: 768 })
      await look.office(page, 'boards promises')
      await look.language(page, 'boards promises', 'zh-CN', world.words)
      await page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: /督办台/ }).getByText('外部承诺到期').first().waitFor({ state: 'attached' })
      await leader.open('/supervision?tab=silent')
      await page.getByRole('heading', { name: /没有进展/ }).waitFor()
      await look.office(page, 'boards silent')
      await leader.open(`/tickets/${ids[2]}`)
      const clocks = page.getByRole('list', { name: '时限' })
      await clocks.getByText(`外部承诺 · ${WORDS.party}`).waitFor()
      await clocks.getByText(/已提醒/).waitFor()
      await look.office(page, 'boards ticket with a promise')
      await page.setViewportSize({ width: 1440, height: 900 })
      done()
    })

    step('each look at a number is written down', async () => {
      const { items } = await leader.call('GET', '/audit')
      assert.ok(items.some((line) => line.act === 'requester.read' && line.object.endsWith('callback')))
    })

    step('the boards are read at a small desk and at 200 %, in both languages', async () => {
      const { page } = leader
      const pages = [['tickets', '/tickets', '工单', 'Tickets'], ['supervision', '/supervision', '督办台', 'Supervision'], ['callbacks', '/callbacks', '回访台', 'Callbacks']]
      for (const [name, path, heading] of pages) {
        await leader.open(path)
        await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
        await leader.settled()
        for (const [size, width, height] of [['1366', 1366, 768], ['200', 683, 384]]) {
          await page.setViewportSize({ width, height })
          await look.office(page, `boards ${name} ${size}`)
        }
        await page.setViewportSize({ width: 1440, height: 900 })
        await look.language(page, `boards ${name}`, 'zh-CN', world.words)
      }
      await page.getByRole('button', { name: 'English' }).click()
      for (const [name, path, , heading] of pages) {
        await leader.open(path)
        await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
        await leader.settled()
        await look.language(page, `boards ${name}`, 'en', world.words)
      }
      await page.getByRole('button', { name: '中文' }).click()
      for (const other of [hotline, handler, leader]) await other.stop()
      done()
    }, 120_000)
  })
