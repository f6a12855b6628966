// The office app: what it says when something is wrong, and every one of its pages.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { until } from '../support/eyes.mjs'
import { Inspection } from '../support/inspect.mjs'
import { picture } from '../support/pictures.mjs'
import { story } from '../support/runner.mjs'
import { REVIEWER } from '../support/world.mjs'

const TITLE = '九号楼地下室积水发臭'
const ADDRESS = '和平路 1 号院 9 号楼'
const FILE = `工单编号,标题,内容,派发时间,办理时限,地址,社区,紧急程度
SQ-20261124-901,好的一行,这一行没有问题。,2026-11-23 09:00,2027-01-30,${ADDRESS},和平社区,一般
SQ-20261124-902,,这一行没有标题。,2026-11-23 09:00,2027-01-30,${ADDRESS},和平社区,一般
SQ-20261124-903,时间不对的一行,这一行的派发时间读不懂。,昨天下午,2027-01-30,${ADDRESS},和平社区,一般
`

const CASES = new URL('../../../server/tables/cases/', import.meta.url)

export default (world) =>
  story('The office', (step) => {
    const look = new Inspection()
    let desk, ticket, visit

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    const dialog = async (name, open) => {
      const { page } = desk
      await open()
      const shown = page.getByRole('dialog').last()
      await shown.waitFor()
      await look.office(page, name)
      await page.keyboard.press('Escape')
      await shown.waitFor({ state: 'hidden' })
    }

    step('a wrong password is told in one sentence', async () => {
      const stranger = await world.newDesk('stranger')
      const { page } = stranger
      await page.getByLabel('用户名', { exact: true }).fill(REVIEWER.username)
      await page.getByLabel('密码', { exact: true }).fill('not-the-password')
      await page.getByRole('button', { name: '登录', exact: true }).click()
      await page.getByRole('alert').getByText('用户名或密码不对。').waitFor()
      await look.office(page, 'office sign in')
      await stranger.stop()
      done()
    })

    step('rows that cannot be imported are told with line and reason, and the others come in', async () => {
      desk = await world.desk()
      const { page } = desk
      world.words.push('好的一行', '这一行没有问题。', ADDRESS)
      await desk.import('有错的.csv', FILE, 1)
      const refused = page.getByRole('region', { name: '不能导入的行，共 2 行' })
      const rows = await refused.getByRole('row').allInnerTexts()
      assert.equal(rows.length, 3)
      assert.match(rows[1], /^3\s+\S/)
      assert.match(rows[2], /^4\s+\S/)
      await look.office(page, 'office import done')
      done()
    })

    step('a number that comes again with other content is told, and its new deadline is taken over', async () => {
      const { page } = desk
      const again = `工单编号,标题,内容,派发时间,办理时限,地址,社区,紧急程度
SQ-20261124-901,好的一行（催办）,这一行没有问题。,2026-11-23 09:00,2027-02-15,${ADDRESS},远方社区,一般
`
      world.words.push('好的一行（催办）', '远方社区')
      await desk.go('导入')
      if (await page.getByRole('button', { name: '换一个文件' }).isVisible()) await page.getByRole('button', { name: '换一个文件' }).click()
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.locator('.drop').getByRole('button', { name: '选择文件' }).first().click()])
      await chooser.setFiles({ name: '又来一次.csv', mimeType: 'text/csv', buffer: Buffer.from(again) })
      const changed = page.getByRole('region', { name: '编号已有、内容不同的行，共 1 行' })
      await changed.getByText('2027-02-15 23:59:59').waitFor()
      await changed.getByText('催办', { exact: true }).waitFor()
      await page.getByText('远方社区（1 行）').waitFor()
      await look.office(page, 'office import again')
      await page.getByRole('button', { name: '导入 1 件' }).click()
      await page.getByText('内容不同 1 件').waitFor()
      await page.getByText('新增 0 件；1 件内容不同的，已按所选处理').first().waitFor()
      await page.getByRole('link', { name: 'SQ-20261124-901' }).click()
      await page.getByText('再次导入，采用了文件里的新内容').waitFor()
      await page.getByText('办理时限：2027-01-30 23:59:59 → 2027-02-15 23:59:59。').waitFor()
      done()
    })

    step('files with real-world trouble show on the page what must come of them', async () => {
      const { page } = desk
      const expected = JSON.parse(await readFile(new URL('expected.json', CASES), 'utf8'))
      const again = page.getByRole('button', { name: '换一个文件' })
      const choose = async (name) => {
        await desk.go('导入')
        if (await again.first().isVisible()) await again.first().click()
        const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.locator('.drop').getByRole('button', { name: '选择文件' }).first().click()])
        await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer: await readFile(new URL(name, CASES)) })
      }
      for (const [name, { added = 0, unchanged = 0, changed = 0, refused = 0, sentence, after }] of Object.entries(expected)) {
        if (after) {
          // What this file brings in stays in the lists.
          world.words.push('楼道堆放纸箱', '夜间噪声')
          await choose(after)
          await page.getByRole('button', { name: /^导入 \d+ 件$/ }).click()
          await page.getByRole('button', { name: '去派单' }).waitFor()
        }
        await choose(name)
        if (sentence) {
          await page.getByRole('alert').getByText(sentence).waitFor()
          continue
        }
        await page.getByText(name).first().waitFor()
        await page.locator('.tiles').waitFor()
        const numbers = await page.locator('.tiles strong').allInnerTexts()
        const total = added + unchanged + changed + refused
        assert.deepEqual(numbers.map(Number), [added, unchanged, changed, refused, total], name)
      }
    })

    step('the people page tells the last contact and what a phone has not sent', async () => {
      ticket = await world.ticket({ number: 'SQ-20261124-904', title: TITLE, address: ADDRESS, urgency: '紧急' })
      const worker = await world.working('worker')
      await worker.page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      await worker.page.getByRole('button', { name: '开始走访' }).click()
      await worker.choose('发现什么问题', '环境卫生')
      world.line.cutAfter(1)
      await worker.photograph('before', await picture(world.path('nine.png'), { noise: 60 }))
      await worker.photograph('after', await picture(world.path('ten.png'), { noise: 60 }))
      await until(() => world.line.isCut)
      const { page } = desk
      await page.goto('about:blank')
      await desk.open('/people')
      const row = page.getByRole('row', { name: worker.person })
      await row.getByText(/今天 \d\d:\d\d/).first().waitFor()
      await row.getByText(/照片 [12] 张/).waitFor()
      await page.getByText('都是手机最近一次联系时自己报告的').waitFor()

      world.line.mend()
      await worker.page.getByRole('button', { name: '到场签到', exact: true }).click()
      await worker.choose('清理得怎样', '全部清完')
      await worker.choose('这件事怎么样了', '已解决')
      await worker.submit()
      await worker.open('/sync')
      await worker.page.getByRole('button', { name: '立即同步' }).click()
      await worker.chip('chip.done')
      // What is still to be sent is told with each sync, so the last photo is known to be there after one more.
      await worker.page.getByRole('button', { name: '立即同步' }).click()
      visit = (await desk.call('GET', '/visits?state=submitted&query=SQ-20261124-904')).items[0].id
      await page.goto('about:blank')
      await desk.open('/people')
      // A phone that she had before is still listed, with what it said last.
      await row.getByText('已全部上传').first().waitFor()
      assert.equal(await row.getByText(/照片 [12] 张/).count(), 0)
    })

    step('what one desk does another one shows at once, long before it would ask by itself', async () => {
      const other = await world.newDesk('second office')
      await other.signIn({ username: REVIEWER.username, password: world.passwords.get(REVIEWER.username) })
      await other.open(`/tickets/${ticket}`)
      const assigned = (unit) => other.page.getByText(unit).first().waitFor({ timeout: 8_000 })
      await assigned('和平社区')
      await other.settled()
      const { items: units } = await desk.call('GET', '/units')
      const give = (name) => desk.assign(ticket, { kind: 'community', id: units.find((unit) => unit.name === name).id })
      await give('新华社区')
      await assigned('新华社区')
      await give('和平社区')
      await other.stop()
    })

    step('every page and dialog can be used without good eyes or a mouse', async () => {
      const { page } = desk
      const pages = [['reviews', '/reviews'], ['reviews split', `/reviews?visit=${visit}`], ['visit', `/visits/${visit}`], ['tickets', '/tickets'], ['ticket', `/tickets/${ticket}`], ['people', '/people'], ['import', '/imports'], ['quarantine', '/quarantine']]
      for (const [name, path] of pages) {
        await page.goto('about:blank')
        await desk.open(path)
        await page.getByRole('heading', { level: 1 }).waitFor()
        await desk.settled()
        await look.office(page, `office ${name}`)
      }
      await desk.open('/people')
      await dialog('office add person', () => page.getByRole('button', { name: '添加人员' }).click())
      await dialog('office enrol', () => page.getByRole('button', { name: '给赵大成登记手机' }).click())
      await dialog('office revoke', () => page.getByRole('button', { name: /^停用王小梅的/ }).first().click())
      await desk.open(`/tickets/${ticket}`)
      await dialog('office assign', () => page.getByRole('button', { name: '改派' }).click())
      await desk.open(`/visits/${visit}`)
      await dialog('office approve', () => page.getByRole('button', { name: '通过', exact: true }).click())
      await dialog('office return', () => page.getByRole('button', { name: '退回修改' }).click())
      await dialog('office viewer', () => page.getByRole('button', { name: '并排放大' }).click())
      await dialog('office shortcuts', () => page.getByRole('button', { name: '快捷键' }).click())
      done()
    }, 150_000)

    step('the auditor reads who did what, and finds nothing else', async () => {
      world.words.push('徐申', 'xu.shen')
      const added = await world.hub.command('user', 'add', 'xu.shen', '--name', '徐申', '--role', 'auditor')
      const auditor = await world.newDesk('auditor')
      await auditor.signIn({ username: 'xu.shen', password: added.initial_password })
      await auditor.open('/audit')
      const { page } = auditor
      await page.getByRole('row').filter({ hasText: '周敏' }).filter({ hasText: '改派工单' }).first().waitFor()
      assert.deepEqual(await page.getByRole('navigation').first().getByRole('link').allInnerTexts(), ['操作记录'])
      await look.office(page, 'office audit')
      await look.language(page, 'office audit', 'zh-CN', world.words)
      done()
    })

    step('the other language leaves no label behind, in either direction', async () => {
      const { page } = desk
      const read = async (language) => {
        for (const path of ['/reviews', `/visits/${visit}`, '/tickets', `/tickets/${ticket}`, '/people', '/imports', '/quarantine']) {
          await desk.open(path)
          await page.getByRole('heading', { level: 1 }).waitFor()
          await desk.settled()
          await look.language(page, `office ${path.split('/')[1]}`, language, world.words)
        }
      }
      await read('zh-CN')
      await page.getByRole('button', { name: 'English' }).click()
      // The words of the components come in a file of their own, a moment after the app's.
      await page.waitForFunction(() => !document.querySelector('[aria-label="关闭此对话框"]'))
      await read('en')
      await page.getByRole('button', { name: '中文' }).click()
      done()
    }, 120_000)

    step('no page of any story asked elsewhere, broke its content policy or logged an error', () => assert.deepEqual(world.watch.wrongs, []))
  })
