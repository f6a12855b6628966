// What is asked on a ticket and by when, on a phone whose clock is wrong and whose line is gone.

import assert from 'node:assert/strict'
import { until } from '../support/eyes.mjs'
import { Inspection } from '../support/inspect.mjs'
import { story } from '../support/runner.mjs'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** How far the phone's clock is behind. */
const SLOW = 2 * HOUR
const TITLE = '某商铺门前电缆外露无人处理'
const HELP = '市场东门积水影响通行'
const REACH = '七号楼电梯夜间停运'
const WORDS = {
  note: '请先联系商户，今天到场。',
  urge: '请抓紧到场。',
  party: '供电局抢修班',
  promise: '今晚换好电缆护套',
  contact: '已和商户约好，一小时内到。',
  before: '又联系了商户，护套已到货。',
  after: '商户说已有人来过。',
  help: '请派人清淤排水',
  done: '已清淤，水退了。',
  finding: '离线时看到：电缆护套破损。',
  remark: '请留意排水口',
  name: '李文博',
  phone: '13853100001',
}

export default (world) =>
  story('Clocks and words of a ticket on a phone that is alone', (step) => {
    const look = new Inspection()
    let desk, worker, ticket, units

    const act = async (id, done) => {
      const { life } = await desk.call('GET', `/tickets/${id}`)
      return desk.call('POST', `/tickets/${id}/actions`, { seen: life.version, act: done })
    }
    const unit = (name) => units.find((one) => one.name === name).id
    const give = (id, name, note = '') => act(id, { action: 'assign', kind: 'community', to: unit(name), note })
    /** Goes to a page without starting the app anew, which would set its clock right. */
    const go = (path) => worker.page.evaluate((to) => (location.hash = to), path)
    const slow = (more = 0) => worker.setClock(new Date(Date.now() - SLOW + more).toISOString())
    const look_again = () => worker.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    const clock = (kind) => worker.page.locator(`[data-clock="${kind}"]`)

    world.words.push(...Object.values(WORDS))

    step('the office gives an enterprise ticket with words; a phone two hours slow shows them, and every term of it', async () => {
      desk = await world.desk()
      ticket = await world.ticket({ number: 'SQ-20261124-731', title: TITLE })
      units = (await desk.call('GET', '/units')).items
      await act(ticket, { action: 'classify', requester_type: 'enterprise', moves_deadline: true })
      await give(ticket, '新华社区')
      await give(ticket, '和平社区', WORDS.note)
      const due_at = Date.now() + 8 * HOUR
      await act(ticket, { action: 'supervise', level: 'urge', cause: 'safety', words: WORDS.urge, due_at })
      const asked = await act(ticket, { action: 'ask_outside', party: WORDS.party, words: WORDS.promise })
      await act(ticket, { action: 'outside_promised', task: asked.life.version, due_at: Date.now() + 110 * MINUTE })
      worker = await world.working('worker')
      await slow()
      await go('/sync')
      await worker.page.locator('[data-test="sync-now"]').click()
      await worker.page.getByText('手机时间和办公室相差').waitFor()
      await go(`/ticket/${ticket}`)
      await worker.page.locator('[data-test="work-instruction"]', { hasText: WORDS.note }).waitFor()
      await worker.page.locator('[data-test="work-supervision"]', { hasText: WORDS.urge }).waitFor()
      await worker.page.locator('[data-test="together"]', { hasText: WORDS.party }).waitFor()
      for (const kind of ['arrival', 'feedback', 'result', 'supervision']) await clock(kind).waitFor()
      assert.equal(await clock('return_window').count(), 0)
    })

    step('without a network its countdown is the hub’s to the second', async () => {
      await worker.offline()
      const { clocks } = await desk.call('GET', `/tickets/${ticket}`)
      const [counted, phone] = await worker.page.evaluate(async () => {
        const at = () => document.querySelector('[data-test="clocks"] ul').dataset.at
        const before = at()
        document.dispatchEvent(new Event('visibilitychange'))
        while (at() === before) await new Promise(requestAnimationFrame)
        return [Number(at()), Date.now()]
      })
      assert.ok(Math.abs(counted - (phone + SLOW)) <= 1_000, `${counted} on the phone, ${phone + SLOW} here`)
      for (const kind of ['arrival', 'feedback', 'result']) {
        const hub = clocks.find((one) => one.kind === kind)
        assert.equal(Number(await clock(kind).getAttribute('data-due')), hub.due.at, kind)
        assert.equal(await clock(kind).getAttribute('data-state'), hub.state, kind)
      }
      const [, left] = (await clock('arrival').getAttribute('data-left')).split(':')
      const arrival = clocks.find((one) => one.kind === 'arrival')
      assert.equal(Number(left), arrival.due.at - counted)
    })

    step('without a network its warnings come: on the page, on the card and on the tab, in both languages and large', async () => {
      const { page } = worker
      await slow(100 * MINUTE)
      await look_again()
      await clock('arrival').locator('[data-level="yellow"]', { hasText: '即将到期' }).waitFor()
      await look.phone(page, 'field ticket with clocks')
      await look.language(page, 'field ticket with clocks', 'zh-CN', world.words)
      await go('/tasks')
      const card = page.locator('[data-test="ticket"]', { hasText: TITLE })
      await card.locator('[data-level="yellow"]', { hasText: '到达现场 · 即将到期' }).waitFor()
      await card.getByText('被督办').waitFor()
      await page.locator('[data-test="tab-warned"]').waitFor()
      await slow(121 * MINUTE)
      await look_again()
      await card.locator('[data-level="red"]', { hasText: '已逾期' }).waitFor()
      // What the party promised fell due too, and the phone says so by itself.
      await card.getByText('外部承诺到期').waitFor()
      assert.match(await page.locator('[data-test="ticket"]').first().innerText(), new RegExp(TITLE), 'what is due first stands first')
      await look.phone(page, 'field tasks with clocks')
      await page.setViewportSize({ width: 320, height: 640 })
      for (const path of ['/tasks', `/ticket/${ticket}`]) {
        await go(path)
        await page.evaluate(() => document.documentElement.style.setProperty('--fs', '1.6'))
        await (path === '/tasks' ? card : page.locator('[data-test="work-promise"]', { hasText: `${WORDS.party}答应的时间到了` })).waitFor()
        await look.phone(page, `field 320 large ${path.split('/')[1]}`, { axe: false })
      }
      await page.evaluate(() => document.documentElement.style.setProperty('--fs', '1'))
      await page.setViewportSize({ width: 360, height: 740 })
      await go('/me')
      // A notice that has just come keeps the language that it was said in.
      await page.locator('.van-toast').waitFor({ state: 'hidden' })
      await page.getByRole('button', { name: /English/ }).click()
      for (const path of ['/tasks', `/ticket/${ticket}`]) {
        await go(path)
        await (path === '/tasks' ? card : clock('arrival')).waitFor()
        await look.language(page, `field ${path}`, 'en', world.words)
      }
      await go('/me')
      await page.getByRole('button', { name: /中文/ }).click()
      assert.deepEqual(look.findings, [])
    })

    step('a first contact without a network is kept, is not said to be told, and reaches the office with its own time', async () => {
      const { page } = worker
      await slow()
      await go(`/ticket/${ticket}`)
      await page.locator('[data-test="contact"]').click()
      await worker.sheet().getByLabel('说了什么（可不填）').fill(WORDS.contact)
      await look.phone(page, 'field contact sheet', { sheet: true })
      const made = Date.now()
      await worker.sheet().locator('[data-test="contact-send"]').click()
      const errand = page.locator('[data-test="errand"]', { hasText: WORDS.contact })
      await errand.getByText('“首次联系”还没交到办公室').waitFor()
      await worker.chip('chip.offline')
      await look.phone(page, 'field contact kept')
      assert.equal((await desk.call('GET', `/tickets/${ticket}`)).times.first_contact_at, null)
      await worker.open('/sync')
      await page.locator('[data-test="waiting-errand"]', { hasText: TITLE }).waitFor()
      await slow()
      // Something else happens meanwhile: a contact happened all the same.
      await act(ticket, { action: 'note', words: WORDS.remark })
      await worker.online()
      await until(async () => (await desk.call('GET', `/tickets/${ticket}`)).times.first_contact_at !== null)
      const { times, events } = await desk.call('GET', `/tickets/${ticket}`)
      assert.ok(Math.abs(times.first_contact_at - made) < 10_000, `${times.first_contact_at} at the office, made ${made}`)
      assert.equal(events.filter(({ kind }) => kind === 'contact').length, 1)
      assert.equal(events.find(({ kind }) => kind === 'contact').detail.act.corrected, true)
      await go(`/ticket/${ticket}`)
      await page.locator('[data-test="reach"]', { hasText: '首次联系上' }).waitFor()
      await errand.waitFor({ state: 'detached' })
      assert.deepEqual(look.findings, [])
    })

    step('a co-task: its unit ends it from the phone, and never over what changed meanwhile', async () => {
      const { page } = worker
      const other = await world.ticket({ number: 'SQ-20261124-732', title: HELP })
      await give(other, '新华社区')
      await act(other, { action: 'ask_help', unit: unit('和平社区'), words: WORDS.help, due_at: Date.now() + 5 * HOUR })
      await worker.open('/tasks')
      const card = page.locator('[data-test="ticket"]', { hasText: HELP })
      await card.locator('.tag', { hasText: /^协办$/ }).waitFor()
      await card.click()
      await page.locator('[data-test="help"]', { hasText: WORDS.help }).waitFor()
      await look.phone(page, 'field ticket with a co-task')
      await worker.offline()
      await page.locator('[data-test="help-done"]').click()
      await worker.sheet().getByLabel('怎么办的，结果怎样').fill(WORDS.done)
      await worker.sheet().locator('[data-test="help-send"]').click()
      const errand = page.locator('[data-test="errand"]', { hasText: WORDS.done })
      await errand.getByText('“协办完成”还没交到办公室').waitFor()
      await act(other, { action: 'note', words: WORDS.remark })
      await worker.online()
      await errand.getByText('“协办完成”办公室没有收').waitFor()
      await errand.getByText(/您打开之后，这件工单有了变化：周敏备注/).waitFor()
      await look.phone(page, 'field co-task not taken')
      await errand.locator('[data-test="errand-again"]').click()
      await errand.waitFor({ state: 'detached' })
      await page.locator('[data-test="help"]', { hasText: WORDS.done }).waitFor()
      const { life } = await desk.call('GET', `/tickets/${other}`)
      assert.deepEqual(life.tasks.map(({ kind, state }) => [kind, state]), [['help', 'done']])
      assert.deepEqual(look.findings, [])
    })

    step('a ticket goes to somebody else in the middle of offline work: the phone says to whom, and the words reach the office', async () => {
      const { page } = worker
      await go(`/ticket/${ticket}`)
      await worker.offline()
      await page.locator('[data-test="begin-visit"]').click()
      await worker.write('看到的情况', WORDS.finding)
      await page.locator('[data-test="saved"]', { hasText: /已存手机 \d/ }).waitFor()
      const reach = async (words) => {
        await go(`/ticket/${ticket}`)
        await page.locator('[data-test="contact"]').click()
        await worker.sheet().getByLabel('说了什么（可不填）').fill(words)
        await worker.sheet().locator('[data-test="contact-send"]').click()
        await page.locator('[data-test="errand"]', { hasText: words }).waitFor()
      }
      await reach(WORDS.before)
      // What was said to be kept has gone from the screen: some seconds lie between the contact and what the office does.
      await page.locator('.van-toast').waitFor({ state: 'hidden' })
      await give(ticket, '新华社区')
      await reach(WORDS.after)
      await worker.online()
      await go(`/ticket/${ticket}`)
      await page.getByText('办公室已把这件工单转给新华社区。').waitFor()
      assert.equal(await page.locator('[data-test="call"], [data-test="contact"]').count(), 0)
      await look.phone(page, 'field ticket that went')
      let aside
      await until(async () => {
        const { items } = await desk.call('GET', '/quarantine?decided=false')
        aside = items.find((item) => item.code === 'out_of_scope' && item.person?.name === '王小梅')
        return aside
      })
      // It was hers when she wrote it: the office lets it in, and its desk is as empty as before.
      await desk.call('POST', `/quarantine/${aside.id}/admit`, {})
      // What she told of the time in which it was hers counts from then; what came after it the office reads first.
      const contacts = async () => (await desk.call('GET', `/tickets/${ticket}`)).events.filter(({ kind }) => kind === 'contact')
      await until(async () => (await contacts()).some(({ detail }) => detail.came_late && detail.act.words === WORDS.before))
      assert.equal((await contacts()).some(({ detail }) => detail.act.words === WORDS.after), false)
      const errand = page.locator('[data-test="errand"]', { hasText: WORDS.after })
      await errand.getByText('“首次联系”由街道热线办核实').waitFor()
      await look.phone(page, 'field contact at the desk')
      await desk.open('/quarantine')
      const row = desk.page.getByRole('row').filter({ hasText: WORDS.after })
      await row.waitFor()
      await look.office(desk.page, 'office contacts aside')
      await row.getByRole('button', { name: '收入王小梅的联系记录', exact: true }).click()
      await row.waitFor({ state: 'detached' })
      await until(async () => (await contacts()).some(({ detail }) => detail.admitted_by && detail.act.words === WORDS.after))
      await errand.getByRole('button', { name: '知道了' }).click()
      await errand.waitFor({ state: 'detached' })
      assert.deepEqual(look.findings, [])
    })

    step('the number of a requester is told to who handles the ticket, each look is noted, and a volunteer is offered none', async () => {
      const { page } = worker
      const head = '工单编号,标题,内容,派发时间,办理时限,地址,社区,紧急程度,诉求人,联系电话'
      const file = await world.hub.file('reach.csv', `${head}\nSQ-20261124-733,${REACH},请尽快处理。,2026-11-23 10:00,2027-01-30,和平路 1 号院 7 号楼,和平社区,一般,${WORDS.name},${WORDS.phone}\n`)
      await world.hub.command('import', 'tickets', file)
      world.words.push(REACH)
      const { items } = await desk.call('GET', '/tickets?query=SQ-20261124-733')
      await give(items[0].id, '和平社区', WORDS.note)
      await worker.open('/tasks')
      await page.locator('[data-test="ticket"]', { hasText: REACH }).click()
      await worker.offline()
      await page.locator('[data-test="call"]').click()
      await worker.sheet().getByText('现在没有信号，看不到号码。').waitFor()
      await worker.sheet().getByRole('button', { name: '关闭' }).click()
      await worker.online()
      await page.locator('[data-test="call"]').click()
      const number = worker.sheet().locator('[data-test="call-number"]')
      await number.waitFor()
      assert.equal(await number.getAttribute('href'), `tel:${WORDS.phone}`)
      await look.phone(page, 'field call sheet', { sheet: true })
      await worker.sheet().getByRole('button', { name: '关闭' }).click()
      assert.equal(await page.getByText(WORDS.phone).count(), 0)
      for (const store of ['replica', 'singles']) assert.ok(!JSON.stringify(await worker.stored(store)).includes(WORDS.phone), `${store} keeps the number`)
      const volunteer = await world.working('volunteer')
      await volunteer.page.locator('[data-test="ticket"]', { hasText: REACH }).click()
      await volunteer.page.locator('[data-test="clocks"]').waitFor()
      for (const hidden of ['call', 'contact', 'work-instruction', 'reach']) assert.equal(await volunteer.page.locator(`[data-test="${hidden}"]`).count(), 0, hidden)
      await look.phone(volunteer.page, 'field ticket of a volunteer')
      assert.deepEqual(look.findings, [])
    })
  })
