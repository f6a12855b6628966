// Rules and cards: a new version of a deadline rule, tickets by version; who of a team is on call, at the office and on the
// phone; cards with a code, printed, taken out of use and put back.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { until } from '../support/eyes.mjs'
import { Inspection } from '../support/inspect.mjs'
import { story } from '../support/runner.mjs'

const RULE = '一般诉求五个工作日'
const TEAM = '园区快处专班'
const DUTY = { username: 'lu.ws', name: '陆文山', role: 'enterprise_team' }
const OTHER = { username: 'jin.hy', name: '金海英', role: 'enterprise_team' }
const TITLE = '园区路灯不亮'
const WORDS = { basis: '街道会议纪要〔2026〕7号', phone: '13800004321', place: '新华路 9 号院大门', second: '新华路 9 号院 2 号楼' }

export default (world) =>
  story('Rules, rosters and cards', (step) => {
    const look = new Inspection()
    let desk, page, team, ticket

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    const rule = () => page.locator('[data-test="profile"]', { hasText: RULE })
    const editor = () => page.getByRole('dialog')
    const rules = async () => (await desk.call('GET', '/deadline-profiles')).items.filter(({ id }) => id === 'general_5wd')
    const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
    const english = async (act) => {
      // A notice that has just come keeps the language that it was said in.
      await until(async () => (await page.getByText(/已保存|已添加/).count()) === 0)
      await page.getByRole('button', { name: 'English' }).click()
      await page.getByRole('button', { name: '中文' }).waitFor()
      await act()
      await page.getByRole('button', { name: '中文' }).click()
    }

    step('every rule says in words how long each thing takes, by what, and from when on; the calendar says which years are known', async () => {
      desk = await world.desk()
      ;({ page } = desk)
      await page.setViewportSize({ width: 1366, height: 768 })
      world.words.push(...Object.values(WORDS), RULE, '企业诉求2110', '紧急安全诉求', '使用方向键与 Enter 键可选择日期', TEAM, DUTY.name, OTHER.name, TITLE)
      // It was dispatched before any version that is written here.
      ticket = await world.ticket({ number: 'SQ-20261124-771', title: TITLE })
      await desk.go('时限规则')
      await rule().getByText('派发后 5 个工作日内').waitFor()
      await page.locator('[data-test="profile"]', { hasText: '企业诉求2110' }).getByText('未注明').waitFor()
      await page.getByText('已经在办的工单一直按自己那一版计时').first().waitFor()
      await page.getByText('放假安排已公布到 2026 年').waitFor()
      await desk.settled()
      await look.office(page, 'office rules')
      await look.language(page, 'office rules', 'zh-CN', world.words)
      await english(async () => {
        await page.getByText('Rest days are published through 2026').waitFor()
        await look.language(page, 'office rules', 'en', world.words)
      })
      done()
    })

    step('a new version that cannot be is refused in a sentence with what was typed kept, and tried on a ticket before it counts', async () => {
      await rule().getByRole('button', { name: `给“${RULE}”写新版本` }).click()
      const amount = editor().getByLabel('办结多长')
      await amount.fill('0')
      await editor().getByLabel('依据', { exact: true }).fill(WORDS.basis)
      await editor().getByLabel('施行日期').fill(today())
      await editor().getByLabel('施行日期').press('Enter')
      await editor().getByRole('button', { name: '保存为第 2 版' }).click()
      await editor().getByRole('alert').getByText('“办结”不对：“0”不是时限').waitFor()
      assert.equal(await amount.inputValue(), '0')
      assert.equal(await editor().getByLabel('依据', { exact: true }).inputValue(), WORDS.basis)
      await amount.fill('3')
      await editor().getByRole('table').getByRole('row', { name: /办结/ }).locator('.moved').waitFor()
      await desk.settled()
      await look.office(page, 'office rule editor')
      await look.language(page, 'office rule editor', 'zh-CN', world.words)
      await editor().getByRole('button', { name: '保存为第 2 版' }).click()
      await editor().waitFor({ state: 'detached' })
      await rule().getByText('派发后 3 个工作日内').waitFor()
      await rule().getByText('周敏 写于').waitFor()
      const written = (await rules()).at(-1)
      assert.deepEqual([written.version, written.basis, written.form.terms.find(({ kind }) => kind === 'result').amount], [2, WORDS.basis, 3])
      done()
    })

    step('of two who write a version, the second is told by whom, and keeps what was typed', async () => {
      await rule().getByRole('button', { name: `给“${RULE}”写新版本` }).click()
      await editor().getByLabel('办结多长').fill('4')
      await editor().getByLabel('施行日期').fill(today())
      await editor().getByLabel('施行日期').press('Enter')
      const { form } = (await rules()).at(-1)
      await desk.call('POST', '/deadline-profiles', { form: { ...form, version: 3 } })
      await editor().getByRole('button', { name: '保存为第 3 版' }).click()
      await editor().getByText('周敏在您打开之后写了第 3 版').waitFor()
      assert.equal(await editor().getByLabel('办结多长').inputValue(), '4')
      await editor().getByRole('button', { name: '把我填的保存为第 4 版' }).click()
      await editor().waitFor({ state: 'detached' })
      await rule().getByText('派发后 4 个工作日内').waitFor()
      assert.equal((await rules()).at(-1).version, 4)
    })

    step('tickets are counted by version, and each number opens those tickets', async () => {
      await until(async () => ((await rules())[0].tickets?.all ?? 0) > 0, 70_000)
      await desk.go('工单')
      await desk.go('时限规则')
      await rule().getByText('其他版本 3 个').click()
      const first = (await rules())[0].tickets
      await rule().getByRole('link', { name: `${first.all} 件，其中在办 ${first.open} 件` }).click()
      await page.getByText(`时限规则：${RULE} 第 1 版`).waitFor()
      await page.getByText(`共 ${first.all} 件`).first().waitFor()
      await desk.settled()
      await look.office(page, 'office tickets of a rule')
      await page.getByRole('button', { name: '不再按时限规则筛选' }).click()
      await page.getByText(`时限规则：${RULE} 第 1 版`).waitFor({ state: 'detached' })
      done()
    })

    step('the office writes who of a team is on call, a week at a glance; days without anybody are said', async () => {
      const added = await desk.call('POST', '/units', { kind: 'team', name: TEAM })
      team = added.id
      for (const person of [DUTY, OTHER]) {
        const { initial_password } = await desk.call('POST', '/people', { ...person, units: [team] })
        world.passwords.set(person.username, initial_password)
      }
      await page.reload()
      await desk.go('人员与设备')
      const teams = page.getByRole('region', { name: '专班值班' })
      await teams.getByRole('listitem').filter({ hasText: TEAM }).getByText('今天没有人值班').waitFor()
      await teams.getByRole('listitem').filter({ hasText: TEAM }).getByRole('link').click()
      await page.getByRole('heading', { level: 1, name: `${TEAM}值班表` }).waitFor()
      await page.getByText('这一周还没有排班').waitFor()
      await page.getByText(/还有 \d 天没有人值班/).waitFor()
      const day = page.getByRole('listitem', { name: today() })
      await day.locator('.el-select').click()
      await page.getByRole('option', { name: DUTY.name }).click()
      await page.keyboard.press('Escape')
      await page.getByLabel(`${DUTY.name}的值班号码`).fill('打给我')
      await page.getByRole('button', { name: '保存值班表' }).click()
      await page.getByRole('alert').getByText('不像电话号码').waitFor()
      await day.getByText(DUTY.name).first().waitFor()
      await page.getByLabel(`${DUTY.name}的值班号码`).fill(WORDS.phone)
      await page.getByRole('button', { name: '保存值班表' }).click()
      await page.getByText('周敏 改于').waitFor()
      await page.getByText('138****4321').waitFor()
      assert.equal(await page.getByText(WORDS.phone).count(), 0)
      await desk.settled()
      await look.office(page, 'office roster')
      await look.language(page, 'office roster', 'zh-CN', world.words)
      await english(() => look.language(page, 'office roster', 'en', world.words))
      await page.getByRole('button', { name: '下一周' }).click()
      await page.getByText('这一周还没有排班').waitFor()
      await page.getByRole('button', { name: '照上周排' }).click()
      await page.getByRole('button', { name: '保存值班表' }).click()
      await page.getByText('周敏 改于').waitFor()
      const { week, days } = await desk.call('GET', `/units/${team}/on-call?week=${new Date(Date.now() + 7 * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10)}`)
      assert.ok(week > today())
      assert.equal(days.flatMap(({ people }) => people).length, 1)
      done()
    })

    step('a ticket of the team says who is on call: in the list, on its page, and the number only to who asks', async () => {
      await desk.assign(ticket, { kind: 'team', id: team })
      await desk.open('/tickets')
      await page.getByRole('row', { name: new RegExp(TITLE) }).getByText(`值班：${DUTY.name}`).waitFor()
      await desk.open(`/tickets/${ticket}`)
      const line = page.locator('[data-test="on-call"]')
      await line.getByText(`${TEAM}今天值班`).waitFor()
      await line.getByRole('button', { name: `查看${DUTY.name}的值班号码` }).click()
      await line.getByRole('link', { name: WORDS.phone }).waitFor()
      await desk.settled()
      await look.office(page, 'office ticket on call')
      await look.language(page, 'office ticket on call', 'zh-CN', world.words)
      done()
    })

    step('the phones of the team know who is on call without a network, and call by a number that stays nowhere', async () => {
      // Who signs in at a desk too chooses a password there first.
      const own = await world.signedIn('duty desk', DUTY.username)
      await own.stop()
      const phone = await world.working('duty')
      const card = phone.page.locator('[data-test="ticket"]', { hasText: TITLE })
      await card.locator('[data-test="card-on-call"]', { hasText: `值班：${DUTY.name}` }).waitFor()
      await look.phone(phone.page, 'field tasks on call')
      await phone.offline()
      await card.click()
      const part = phone.page.locator('[data-test="on-call"]')
      await part.getByText(DUTY.name).waitFor()
      // It is their own turn: nobody calls themselves.
      assert.equal(await part.locator('[data-test="call-on-call"]').count(), 0)
      await phone.online()
      const monday = (await desk.call('GET', `/units/${team}/on-call`)).week
      const other = (await desk.call('GET', `/units/${team}/on-call`)).members.find(({ name }) => name === OTHER.name).id
      const { version } = await desk.call('GET', `/units/${team}/on-call`)
      await desk.call('POST', `/units/${team}/on-call`, { week: monday, seen: version, days: Array.from({ length: 7 }, () => [other]), numbers: [{ person: other, number: WORDS.phone }] })
      await part.getByText(OTHER.name).waitFor()
      await look.phone(phone.page, 'field ticket on call')
      await part.locator('[data-test="call-on-call"]').click()
      const number = phone.sheet().locator('[data-test="on-call-number"]')
      await number.waitFor()
      assert.equal(await number.getAttribute('href'), `tel:${WORDS.phone}`)
      await look.phone(phone.page, 'field on call number', { sheet: true })
      await phone.sheet().getByRole('button', { name: '关闭' }).click()
      for (const store of ['replica', 'singles']) assert.ok(!JSON.stringify(await phone.stored(store)).includes(WORDS.phone), `${store} keeps the number`)
      await phone.offline()
      await part.locator('[data-test="call-on-call"]').click()
      await phone.sheet().getByText('现在没有信号，看不到号码。').waitFor()
      await phone.online()
      await phone.stop()
      done()
    })

    step('a card is made, printed with others on a sheet, taken out of use, and says so to whoever scans it', async () => {
      await desk.go('二维码卡')
      for (const place of [WORDS.place, WORDS.second]) {
        await page.getByRole('button', { name: '添加卡片' }).first().click()
        await editor().getByLabel('张贴地点').fill(place)
        await editor().getByRole('button', { name: '添加卡片' }).click()
        await page.getByRole('row', { name: new RegExp(place) }).getByText('在用').waitFor()
      }
      const { items } = await desk.call('GET', '/cards')
      const card = items.find(({ place }) => place === WORDS.place)
      world.words.push(...items.map(({ code }) => code), ...items.map(({ place }) => place))
      await desk.settled()
      await look.office(page, 'office cards')
      await look.language(page, 'office cards', 'zh-CN', world.words)
      await english(() => look.language(page, 'office cards', 'en', world.words))
      await page.getByRole('checkbox', { name: `选择“${WORDS.place}”` }).check()
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '打印 2 张' }).click()])
      assert.equal((await readFile(await file.path())).subarray(0, 5).toString(), '%PDF-')
      await page.getByRole('button', { name: `看“${WORDS.place}”的二维码` }).click()
      await editor().getByRole('img', { name: `“${WORDS.place}”的二维码` }).waitFor()
      await look.office(page, 'office card code')
      await editor().getByRole('button', { name: '关闭', exact: true }).last().click()
      await page.getByRole('button', { name: `停用“${WORDS.place}”` }).click()
      await page.getByText(`“${WORDS.place}”已停用`).waitFor()
      const stranger = await (await world.browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })).newPage()
      await stranger.goto(`${world.origin}/report/${card.code}`)
      await stranger.getByRole('alert').getByText('这张卡片已经停用').waitFor()
      assert.equal(await stranger.getByRole('button', { name: '提交' }).count(), 0)
      await look.office(stranger, 'public card out of use')
      await page.getByText('显示已停用的').click()
      await page.getByRole('button', { name: `恢复使用“${WORDS.place}”` }).click()
      await page.getByRole('row', { name: new RegExp(WORDS.place) }).getByText('在用').waitFor()
      await stranger.reload()
      await stranger.getByText(WORDS.place).waitFor()
      await stranger.context().close()
      await page.setViewportSize({ width: 1440, height: 900 })
      done()
    })
  })
