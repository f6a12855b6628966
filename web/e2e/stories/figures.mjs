// Figures of a period: what was reached of what counts, the tickets behind a number, and what an appeal changes.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { Inspection } from '../support/inspect.mjs'
import { story } from '../support/runner.mjs'

const SECTION = '企业服务科'
const HOTLINE = ['he.jing', '贺静', 'hotline_worker']
const HANDLER = ['fang.lei', '方磊', 'section_handler']
const LEADER = ['qin.yue', '秦越', 'leader']
const HEADER = '工单编号,标题,内容,派发时间,地址,社区,紧急程度,诉求人,联系电话,诉求主体'
/** Days on which no other story has tickets. */
const DAYS = 'from=2026-03-02&to=2026-03-06'
const ROWS = [
  ['SQ-20260302-961', '门店招牌许可咨询', '2026-03-02 10:00', '企业'],
  ['SQ-20260303-962', '厂区门口占道停车', '2026-03-03 10:00', '企业'],
  ['SQ-20260304-963', '同一来电反复投诉', '2026-03-04 10:00', '市民'],
  ['SQ-20260306-964', '无人回应的路面破损', '2026-03-06 23:59', '市民'],
]
const FILE = [HEADER, ...ROWS.map(([number, title, at, who]) => `${number},${title},请尽快处理。,${at},和平路 31 号,和平社区,一般,陆明,13800135577,${who}`)].join('\n')
/** What people write. */
const WORDS = {
  reply: '您反映的事项已经办理完毕。',
  said: '停车位还是不够',
  appeal: '停车位由区里统一规划，附会议纪要',
  ruled: '情况属实，申诉成立',
  excluded: '市热线已认定为恶意重复投诉',
}

export default (world) =>
  story('Figures of a period, and the tickets behind each number', (step) => {
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
    const acts = async (at, ticket, act) => {
      const { life } = await at.call('GET', `/tickets/${ticket}`)
      return at.call('POST', `/tickets/${ticket}/actions`, { seen: life.version, act })
    }
    const last = (ticket, kind) => ticket.life.tasks.filter((task) => task.kind === kind).at(-1).n
    const part = (page, name) => page.locator(`section[aria-labelledby="figures-${name}"]`)
    const row = (within, text) => within.getByRole('row').filter({ hasText: text })
    const cells = (within, text) => row(within, text).locator('th, td').allInnerTexts()
    const opened = async (desk, query = DAYS) => {
      await desk.open(`/figures?${query}`)
      await desk.page.locator('[data-test="figures-head"]').waitFor()
    }

    /** Given, reached, answered and asked, all on this day. */
    const answered = async (ticket, solved) => {
      await acts(hotline, ticket, { action: 'assign', kind: 'section', to: section.id })
      await acts(handler, ticket, { action: 'contact', means: 'phone' })
      await acts(handler, ticket, { action: 'report_done', words: WORDS.reply })
      await acts(desk, ticket, { action: 'approve_done' })
      await acts(desk, ticket, { action: 'find', finding: 'reasonable', words: WORDS.reply })
      for (const addressee of ['requester', 'platform']) {
        const drafted = await acts(hotline, ticket, { action: 'draft_feedback', addressee, stage: 'result', words: WORDS.reply })
        const task = last(drafted, 'feedback')
        await acts(desk, ticket, { action: 'approve_feedback', task })
        await acts(hotline, ticket, { action: 'send_feedback', task, means: 'phone' })
      }
      const result = solved ? 'satisfied' : 'dissatisfied'
      await acts(hotline, ticket, { action: 'callback', means: 'phone', service: 'satisfied', result, solved, words: solved ? '' : WORDS.said })
    }

    step('four tickets of one week: two enterprises are answered, one is excluded, one lies', async () => {
      desk = await world.desk()
      world.words.push(SECTION, '陆明', ...Object.values(WORDS), ...ROWS.flatMap(([number, title]) => [number, title]))
      section = await desk.call('POST', '/units', { kind: 'section', name: SECTION })
      const { added } = await world.hub.command('import', 'tickets', await world.hub.file('figures.csv', `${FILE}\n`))
      assert.equal(added, ROWS.length)
      ids = []
      for (const [number] of ROWS) ids.push((await desk.call('GET', `/tickets?query=${number}`)).items[0].id)
      handler = await person(HANDLER, '--unit', section.code)
      hotline = await person(HOTLINE)
      leader = await person(LEADER)
      await answered(ids[0], true)
      await answered(ids[1], false)
      await acts(leader, ids[2], { action: 'exclude', words: WORDS.excluded })
    }, 150_000)

    step('统计: numerator, denominator, and beside them what is not known and what was left out', async () => {
      const { page } = leader
      await leader.go('统计')
      await opened(leader)
      await page.getByText('2026-03-02 至 2026-03-06 派发的工单共 4 件').waitFor()
      assert.deepEqual((await cells(part(page, 'enterprise'), '解决')).slice(1, 4), ['1', '2', '50.00%'])
      assert.deepEqual((await cells(part(page, 'enterprise'), '两小时到场或联系')).slice(1, 4), ['2', '2', '100.00%'])
      // Whoever never responds is late, and who was excluded counts nowhere.
      const response = await cells(part(page, 'all'), '响应')
      assert.deepEqual(response.slice(1, 4), ['2', '3', '66.67%'])
      assert.equal(response[5], '剔除 1')
      await row(part(page, 'units'), SECTION).waitFor()
      await row(part(page, 'workers'), HANDLER[1]).waitFor()
      await row(part(page, 'excluded'), WORDS.excluded).getByText(LEADER[1]).waitFor()
      await look.office(page, 'figures')
      done()
    })

    step('a number opens its tickets by the keyboard, and gives the focus back', async () => {
      const { page } = leader
      const number = part(page, 'enterprise').getByRole('button', { name: '企业诉求 · 解决 · 计入：2 件，看工单' })
      await number.focus()
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog', { name: '企业诉求 · 解决 · 计入' })
      await row(dialog, ROWS[0][1]).getByText('达到', { exact: true }).waitFor()
      await row(dialog, ROWS[1][1]).getByText('未达到', { exact: true }).waitFor()
      await look.office(page, 'figures behind')
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      assert.equal(await number.evaluate((button) => button === document.activeElement), true)
      await part(page, 'all').getByRole('button', { name: '全部工单 · 响应 · 剔除：1 件，看工单' }).click()
      await row(page.getByRole('dialog'), ROWS[2][1]).getByText('剔除', { exact: true }).waitFor()
      await page.keyboard.press('Escape')
      await part(page, 'units').getByRole('button', { name: `${SECTION} · 工单：2 件，看工单` }).click()
      await page.getByRole('dialog').getByRole('link', { name: ROWS[1][1] }).click()
      await page.getByRole('heading', { level: 1, name: ROWS[1][1] }).waitFor()
      await page.goBack()
      await page.locator('[data-test="figures-head"]').waitFor()
      done()
    })

    step('an upheld appeal takes the bad rating out of the figures, and says so', async () => {
      const { page } = leader
      const lodged = await acts(handler, ids[1], { action: 'appeal', cause: 'bad_rating', words: WORDS.appeal, due_at: Date.now() + 5 * 86_400_000 })
      await acts(desk, ids[1], { action: 'decide_appeal', task: last(lodged, 'appeal'), ruling: 'upheld', words: WORDS.ruled })
      await page.getByRole('button', { name: '重新统计' }).click()
      await part(page, 'enterprise').getByText('申诉成立 1').first().waitFor()
      assert.deepEqual((await cells(part(page, 'enterprise'), '解决')).slice(1, 4), ['1', '1', '100.00%'])
      assert.deepEqual((await cells(part(page, 'enterprise'), '两小时到场或联系')).slice(1, 4), ['2', '2', '100.00%'])
      await row(part(page, 'appeals'), ROWS[1][1]).getByText('解决、满意').waitFor()
      await part(page, 'appeals').getByText('提出 1 件：成立 1、不成立 0、还没有裁定 0').waitFor()
      await part(page, 'appeals').scrollIntoViewIfNeeded()
      await look.office(page, 'figures appeal')
      done()
    })

    step('what is shown is saved as a table', async () => {
      const { page } = leader
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '存为表格' }).click()])
      assert.equal(download.suggestedFilename(), '统计 2026-03-02 至 2026-03-06.csv')
      const text = await readFile(await download.path(), 'utf8')
      assert.ok(text.startsWith('\ufeff统计期间,2026-03-02 至 2026-03-06'))
      assert.match(text, /企业诉求,,2,解决,1,1,100\.00%,0,0,0,0,0,0,0,0,1,/)
      assert.ok(text.includes(WORDS.excluded))
    })

    step('the period stands in the address; days without a ticket say so', async () => {
      const { page } = leader
      await page.getByRole('button', { name: '上月', exact: true }).click()
      await page.waitForURL(/period=last_month/)
      await page.reload()
      assert.equal(await page.getByRole('button', { name: '上月', exact: true }).getAttribute('aria-pressed'), 'true')
      await leader.open('/figures?from=2019-01-01&to=2019-01-31')
      await page.getByText('2019-01-01 至 2019-01-31 没有派发的工单').waitFor()
      await look.office(page, 'figures none')
      await leader.open('/figures?from=2019-01-01&to=2026-01-31')
      await page.getByText('一次最多统计一年').waitFor()
      done()
    })

    step('the figures are read at a small desk and at 200 %, in both languages, and by the office alone', async () => {
      const { page } = leader
      await opened(leader)
      for (const [size, width, height] of [['1366', 1366, 768], ['200', 683, 384]]) {
        await page.setViewportSize({ width, height })
        for (const name of ['enterprise', 'units', 'excluded']) {
          await part(page, name).evaluate((element) => element.scrollIntoView())
          await look.office(page, `figures ${size} ${name}`)
        }
      }
      await page.setViewportSize({ width: 1440, height: 900 })
      await look.language(page, 'figures', 'zh-CN', world.words)
      await page.getByRole('button', { name: 'English' }).click()
      await page.getByRole('heading', { level: 1, name: 'Figures' }).waitFor()
      await look.language(page, 'figures', 'en', world.words)
      await page.getByRole('button', { name: '中文' }).click()
      assert.equal(await handler.page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: '统计' }).count(), 0)
      // Nothing overdue is left behind.
      for (const ticket of [ids[2], ids[3]]) await acts(desk, ticket, { action: 'cancel', words: WORDS.excluded })
      for (const other of [hotline, handler, leader]) await other.stop()
      done()
    }, 120_000)
  })
