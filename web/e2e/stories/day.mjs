// The day of somebody with a phone: find, filter, go back, write at length, start anew, and record a visit in nine taps.

import assert from 'node:assert/strict'
import { picture } from '../support/pictures.mjs'
import { until } from '../support/eyes.mjs'
import { story } from '../support/runner.mjs'

const LAMP = { number: 'SQ-20261126-601', title: '夜里路灯不亮', address: '天桥东街 12 号院 3 号楼 2 单元 501', due: '2027-03-01' }
const LEAK = { number: 'SQ-20261126-602', title: '地下室积水', address: '堤口路 4 号院 1 号楼', due: '2026-11-24' }
const STALL = { number: 'SQ-20261126-603', title: '门前占道经营', address: '济洛路 9 号', due: '2027-03-02' }
const CLUTTER = { number: 'SQ-20261126-604', title: '四号楼楼道堆放杂物', address: '和平路 1 号院 4 号楼', due: '2027-03-03' }
const LONG = '住户反映积水已经三天，水泵坏了没人修。'.repeat(120)
const ASKED = '请写清楚积水有多深'

export default (world) =>
  story('A day with a phone: search, filters, the way back, nine taps', (step) => {
    let phone, desk, page
    const ids = {}
    const card = (title) => page.locator('[data-test="ticket"]', { hasText: title })
    const look = async (text) => {
      await page.locator('input[type=search]').fill(text)
      await page.locator(`[data-found="${text}"]`).waitFor()
    }

    step('four tickets are in the hands of the community and of one of its grids', async () => {
      desk = await world.desk()
      for (const [name, one] of Object.entries({ LAMP, LEAK, STALL, CLUTTER })) ids[name] = await world.ticket(one)
      world.words.push(LONG, ASKED)
      const { items: units } = await desk.call('GET', '/units')
      const grid = units.find((unit) => unit.name === '和平第一网格')
      await desk.assign(ids.STALL, { kind: 'grid', id: grid.id })
      phone = await world.working('worker')
      page = phone.page
      await card(STALL.title).waitFor()
      await phone.offline()
      await phone.open()
    })

    step('without a network the ticket is found by first letters, by its door and by its number, and the list says why', async () => {
      for (const [text, why] of [['tqdj', '找到：地址（拼音首字母）'], ['3-2-501', '找到：楼号、单元、房号'], ['三号楼二单元', '找到：楼号、单元、房号'], ['126-601', '找到：工单号'], ['路灯', '找到：标题']]) {
        await look(text)
        await card(LAMP.title).waitFor()
        await page.locator('[data-test="hit"]', { hasText: why }).first().waitFor()
      }
      await look('3-1-501')
      assert.equal(await card(LAMP.title).count(), 0)
      await look('')
    })

    step('what is overdue is counted and shown alone, and stays chosen on the way into a ticket and back', async () => {
      const { page: work } = phone
      const overdue = work.getByRole('button', { name: /^已逾期 \d+$/ })
      await overdue.click()
      await card(LEAK.title).waitFor()
      await until(async () => (await card(LAMP.title).count()) === 0)
      assert.match(await overdue.innerText(), new RegExp(`已逾期 ${await work.locator('[data-test="ticket"]').count()}$`))
      await card(LEAK.title).click()
      await work.getByText('请尽快到现场处理。').waitFor()
      await work.goBack()
      await card(LEAK.title).waitFor()
      assert.equal(await overdue.getAttribute('aria-pressed'), 'true')
      assert.equal(await card(LAMP.title).count(), 0)
      await work.getByRole('button', { name: /^全部/ }).click()
      await card(LAMP.title).waitFor()
    })

    step('one grid is chosen by its name', async () => {
      await page.locator('[data-test="area"]').selectOption('和平第一网格')
      await until(async () => (await card(LAMP.title).count()) === 0)
      await card(STALL.title).waitFor()
      await page.locator('[data-test="area"]').selectOption('')
      await card(LAMP.title).waitFor()
    })

    step('back closes a sheet and a photo, and the page stays', async () => {
      await card(LEAK.title).click()
      await page.getByRole('button', { name: '开始走访' }).click()
      await phone.part('arrival').waitFor()
      const at = page.url()
      await page.getByRole('button', { name: '手选地址签到' }).click()
      await phone.sheet().waitFor()
      await page.goBack()
      await phone.sheet().waitFor({ state: 'hidden' })
      assert.equal(page.url(), at)
      await phone.photograph('before', await picture(world.path('flood.png'), { colour: [50, 60, 90], noise: 20 }))
      await page.locator('.photo-tile').first().click()
      await phone.sheet().waitFor()
      await page.goBack()
      await phone.sheet().waitFor({ state: 'hidden' })
      assert.equal(page.url(), at)
      // Closed by its button a sheet leaves no step behind: the next back leaves the page.
      await page.locator('.photo-tile').first().click()
      await phone.sheet().getByRole('button', { name: '关闭' }).click()
      await phone.sheet().waitFor({ state: 'hidden' })
      await page.goBack()
      await page.getByText('请尽快到现场处理。').waitFor()
      await page.goForward()
      await phone.part('arrival').waitFor()
    })

    step('a box grows with its words, and what is too long is said to be so, not cut in silence', async () => {
      const box = page.getByLabel('看到的情况', { exact: true })
      await phone.reach(box)
      const low = (await box.boundingBox()).height
      await box.fill(LONG.slice(0, 200))
      assert.ok((await box.boundingBox()).height > low + 40)
      await box.fill(LONG.repeat(3))
      const told = page.locator('[data-test="too-many"]')
      await told.waitFor()
      const most = Number(/最多写 (\d+) 个字/.exec(await told.innerText())[1])
      assert.equal(await box.evaluate((one) => one.value.length), LONG.length * 3)
      assert.ok((await box.boundingBox()).height <= 740 * 0.61)
      await box.fill(LONG.slice(0, most))
      await told.waitFor({ state: 'detached' })
      await box.blur()
      await phone.saved()
    })

    step('after the battery was out the app opens at the same place of the same visit', async () => {
      const top = () => page.evaluate(() => Math.round(document.getElementById('part-photos').getBoundingClientRect().top - document.querySelector('.frame-top').getBoundingClientRect().bottom))
      await page.evaluate(() => scrollTo(0, 0))
      const since = Date.now()
      await page.evaluate(() => document.getElementById('part-photos').scrollIntoView())
      const url = page.url()
      const remembered = () => page.evaluate(() => JSON.parse(localStorage.getItem('warmline.field.place') ?? '{}'))
      // A place is remembered after a short quiet.
      await until(async () => (await remembered()).at > since + 250 && Date.now() - (await remembered()).at > 400)
      const before = await top()
      assert.ok(Math.abs(before) < 200)
      await phone.stop()
      await phone.start()
      page = phone.page
      await page.goto(`${world.origin}/field/`)
      await phone.part('photos').waitFor()
      assert.equal(page.url(), url)
      await until(async () => Math.abs((await top()) - before) <= 3)
      await page.goBack()
      await card(LAMP.title).waitFor()
    })

    step('a visit with two photos is recorded and handed in with nine taps from the opened list', async () => {
      await phone.open()
      let taps = 0
      const tap = async (target) => {
        taps += 1
        await target.click()
      }
      const shoot = async (role, colour) => {
        taps += 1
        await phone.photograph(role, await picture(world.path(`nine-${role}.png`), { colour, noise: 20 }))
      }
      await tap(card(CLUTTER.title))
      await tap(page.getByRole('button', { name: '开始走访' }))
      await tap(page.locator('[data-test="check-in"]:enabled'))
      await tap(page.getByRole('group', { name: '发现什么问题', exact: true }).getByRole('button', { name: '楼道堆物', exact: true }))
      await shoot('before', [120, 70, 50])
      await shoot('after', [60, 110, 80])
      await tap(page.getByRole('group', { name: '这件事怎么样了', exact: true }).getByRole('button', { name: '已解决', exact: true }))
      await tap(page.locator('[data-test="submit"]'))
      await page.getByText(/^已提交/).first().waitFor()
      await phone.saved()
      assert.ok(taps <= 9, `${taps} taps`)
    })

    step('a remark of the office is a tap away from its place, and the ticket stands once in the list', async () => {
      await phone.online()
      await phone.chip('chip.done')
      const { items } = await desk.call('GET', `/visits?query=${encodeURIComponent(CLUTTER.title)}`)
      const visit = items.find((one) => JSON.stringify(one).includes(ids.CLUTTER))
      await desk.review(visit.id ?? visit.doc, 'return', { reason: 'incomplete', remark: ASKED, pins: [{ path: 'fields/outcome', text: ASKED }] })
      await phone.open()
      await page.getByRole('heading', { name: /退回修改/ }).waitFor()
      assert.equal(await card(CLUTTER.title).count(), 0)
      await page.locator('[data-test="record"]', { hasText: CLUTTER.title }).click()
      await page.locator('[data-test="to-pin"]').click()
      await until(() => page.evaluate(() => {
        const { top, bottom } = document.querySelector('[data-path="fields/outcome"]').getBoundingClientRect()
        return top > 100 && bottom < innerHeight
      }))
    })

    step('records are listed by the day of their last change, and one state can be chosen', async () => {
      await phone.open('/records')
      await page.getByText('最近改过的排在前面').waitFor()
      await page.getByRole('heading', { name: '今天改过的' }).waitFor()
      await page.getByRole('button', { name: /^退回修改 \d+$/ }).click()
      await until(async () => (await page.locator('[data-test="record"]', { hasText: LEAK.title }).count()) === 0)
      await page.locator('[data-test="record"]', { hasText: CLUTTER.title }).waitFor()
      await page.getByRole('button', { name: /^全部/ }).click()
      await page.locator('[data-test="record"]', { hasText: LEAK.title }).waitFor()
    })

    step('own figures count what the office has, and what is on the phone alone stands apart', async () => {
      await phone.offline()
      await phone.openRecord(CLUTTER.title)
      await phone.submit('改好了，再次提交')
      await phone.open('/me')
      const figures = page.locator('[data-test="figures"]')
      await figures.getByText('还有 1 次走访、0 张照片在手机上，送到办公室后才算进去。').waitFor()
      const visits = figures.locator('div', { hasText: /^走访/ }).locator('dd')
      const before = Number.parseInt(await visits.innerText(), 10)
      await phone.online()
      await phone.chip('chip.done')
      await until(async () => Number.parseInt(await visits.innerText(), 10) === before + 1)
      assert.equal(await figures.getByText(/还有 \d+ 次走访/).count(), 0)
      await figures.getByText(/按时办结是办公室 今天 \d\d:\d\d 算的/).waitFor()
    })

    step('before going out everything is fetched by one button, and without a network nothing is promised', async () => {
      await phone.open('/sync')
      await page.locator('[data-test="pack-prepare"]').click()
      await page.locator('[data-test="pack-state"]', { hasText: '已备好' }).waitFor()
      await page.locator('[data-test="pack-prepare"]:enabled').waitFor()
      await phone.offline()
      await page.locator('[data-test="pack-prepare"]').click()
      await page.getByText(/连不上办公室/).first().waitFor()
      await phone.online()
    })
  })
