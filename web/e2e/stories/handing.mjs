// Sign-ins that end, phones that change hands, tickets that go away: every word ends in the record or stays in sight.

import assert from 'node:assert/strict'
import { until } from '../support/eyes.mjs'
import { story } from '../support/runner.mjs'

const TITLE = '八号楼一层楼道停放电动车'
const CHANGED = '九号楼地下室堆放旧家具'

export default (world) =>
  story('Work that nobody may lose', (step) => {
    let desk
    let worker
    let ticket

    /** Changes a single value of the phone's store while the app is closed. */
    const alter = async (phone, name, change) => {
      await phone.openNothing()
      await phone.page.evaluate(
        async ([key, more]) => {
          const db = await new Promise((done, failed) => Object.assign(indexedDB.open('warmline-field'), { onsuccess: (event) => done(event.target.result), onerror: failed }))
          const tx = db.transaction('singles', 'readwrite')
          const asked = tx.objectStore('singles').get(key)
          asked.onsuccess = () => tx.objectStore('singles').put({ ...asked.result, ...more }, key)
          await new Promise((done, failed) => Object.assign(tx, { oncomplete: done, onerror: failed }))
          db.close()
        },
        [name, change],
      )
    }
    const session = async (phone) => (await phone.stored('singles')).find(([key]) => key === 'session')[1]

    /** Ends when a visit of the ticket says all these words at the office. */
    const recorded = (id, ...words) =>
      until(async () => {
        const { visit_rows: rows } = await desk.call('GET', `/tickets/${id}`)
        const stories = await Promise.all(rows.map((row) => desk.call('GET', `/visits/${row.id}`)))
        return words.every((word) => stories.some((one) => JSON.stringify(one).includes(word)))
      })

    const begin = async (phone, title, finding) => {
      await phone.page.locator('[data-test="ticket"]', { hasText: title }).click()
      await phone.page.getByRole('button', { name: '开始走访' }).click()
      await phone.write('看到的情况', finding)
      await phone.saved()
    }

    step('a sign-in that ends with unsent work goes on with the password, and everything arrives', async () => {
      desk = await world.desk()
      ticket = await world.ticket({ number: 'SQ-20261124-501', title: TITLE })
      worker = await world.working('worker')
      await begin(worker, TITLE, '一层停了三辆电动车。')
      await worker.chip('chip.done')
      await worker.offline()
      await worker.write('怎么处理的', '离线时写的：已劝离两辆。')
      await worker.saved()
      // Its sign-in was used elsewhere, as after a restored profile: what this phone holds looks like a copy.
      const { device } = await session(worker)
      const link = await desk.enrolmentLink(worker.person)
      const code = new URL(link.replace('/#', '')).searchParams.get('code')
      const answer = await fetch(`${world.origin}/v1/enrol`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ code, password: world.passwords.get(worker.username), device_name: '恢复出来的手机', app_version: '1', device }),
      })
      assert.equal(answer.status, 200)
      await worker.online()
      await alter(worker, 'session', { access_until: 0 })
      await worker.open('/sync')
      await worker.chip('chip.failed')
      await worker.page.locator('[data-test="sign-in-again"]').click()
      await worker.page.getByText('王小梅，登录已失效。').waitFor()
      await worker.page.locator('[data-test="resume-password"]').fill('不对的密码')
      await worker.page.locator('[data-test="resume-button"]').click()
      await worker.page.getByText('密码不对，请再输一次。').waitFor()
      await worker.page.locator('[data-test="resume-password"]').fill(world.passwords.get(worker.username))
      await worker.page.locator('[data-test="resume-button"]').click()
      await worker.chip('chip.done')
      assert.equal((await session(worker)).device, device)
      await recorded(ticket, '一层停了三辆电动车。', '离线时写的：已劝离两辆。')
    })

    step('a second window takes over with unsent work, and nothing of either is lost', async () => {
      await worker.openRecord(TITLE)
      await worker.offline()
      await worker.write('怎么处理的', '第一个窗口：通道已清。')
      await worker.saved()
      const tab = await worker.newTab('/records')
      await tab.getByRole('button', { name: '改在这里使用' }).click()
      await tab.locator('[data-test="record"]', { hasText: TITLE }).click()
      await tab.getByLabel('处理过程', { exact: true }).fill('离线时写的：已劝离两辆。第二个窗口：又劝离一辆。')
      await tab.locator('[data-test="saved"]', { hasText: '已存手机' }).waitFor()
      await worker.online()
      await recorded(ticket, '第一个窗口：通道已清。', '第二个窗口：又劝离一辆。')
      await tab.close()
    })

    step('words on a ticket that went away stay in sight, and go in when it comes back', async () => {
      const id = await world.ticket({ number: 'SQ-20261124-502', title: CHANGED })
      const { items: units } = await desk.call('GET', '/units')
      const give = (name) => desk.assign(id, { kind: name.endsWith('社区') ? 'community' : 'grid', id: units.find((unit) => unit.name === name).id })
      worker = await world.working('worker')
      await begin(worker, CHANGED, '地下室堆着旧柜子。')
      await worker.chip('chip.done')
      await worker.offline()
      await worker.write('看到的情况', '地下室堆着旧柜子和床垫。')
      await worker.saved()
      await give('新华第一网格')
      await worker.online()
      const { page } = worker
      await page.locator('[data-test="aside-notice"]').getByText('原因：上传时，这件工单已经不归您承办。').waitFor()
      assert.equal(await page.getByLabel('看到的情况', { exact: true }).inputValue(), '地下室堆着旧柜子和床垫。')
      await page.locator('[data-path="notes/finding"] [data-test="aside"]').getByText('记录里现在是“地下室堆着旧柜子。”').waitFor()
      await worker.chip('chip.done')
      await worker.open('/records')
      await page.locator('[data-test="record"]', { hasText: CHANGED }).locator('[data-test="record-aside"]').waitFor()
      await worker.open('/sync')
      await page.locator('[data-test="aside-record"]', { hasText: CHANGED }).click()
      await page.locator('[data-test="aside-offer"]').click()
      await page.getByText('已再交一次，办公室仍没有采用。').waitFor()

      await give('和平社区')
      await recorded(id, '地下室堆着旧柜子和床垫。')
      await page.locator('[data-test="aside-notice"]').waitFor({ state: 'detached' })
      assert.equal(await page.getByLabel('看到的情况', { exact: true }).inputValue(), '地下室堆着旧柜子和床垫。')
    })

    step('a phone with unsent work is not handed to a colleague, whose code stays good', async () => {
      const phone = await world.working('colleague')
      const { page } = phone
      await page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      await page.getByRole('button', { name: '开始走访' }).click()
      await phone.saved()
      await phone.chip('chip.done')
      await phone.offline()
      await phone.write('看到的情况', '交手机之前写的话。')
      await phone.saved()
      const link = await desk.enrolmentLink('孙志远')
      // The owner's sign-in has ended; the colleague uses a code of their own.
      await alter(phone, 'session', { access_until: 0, refresh: '00' })
      await phone.online()
      await phone.open('/sync')
      await phone.chip('chip.failed')
      const enter = async () => {
        await page.goto(link)
        await page.getByText('登记码格式正确').waitFor()
        await page.getByLabel('您的密码', { exact: true }).fill(world.passwords.get('sun.zy'))
        await page.getByRole('button', { name: '登记', exact: true }).click()
      }
      await page.goto('about:blank')
      await enter()
      await page.getByText('这部手机上还有另一位同事没上传的内容').waitFor()
      phone.isEnrolled = false
      await page.goto('about:blank')
      await phone.enrol(await desk.enrolmentLink(phone.person), world.passwords.get(phone.username))
      await recorded(ticket, '交手机之前写的话。')
      await phone.open('/me')
      await phone.chip('chip.done')
      await page.locator('[data-test="sign-out"]').click()
      await page.getByRole('dialog').getByRole('button', { name: '退出登录' }).click()
      await page.getByRole('heading', { name: '登记这部手机' }).waitFor()
      await page.goto('about:blank')
      await enter()
      await page.getByText('手机已登记').waitFor()
      assert.equal((await session(phone)).name, '孙志远')
      // Back to its owner for the stories that follow.
      await phone.open('/me')
      await phone.chip('chip.done')
      await page.locator('[data-test="sign-out"]').click()
      await page.getByRole('dialog').getByRole('button', { name: '退出登录' }).click()
      await page.getByRole('heading', { name: '登记这部手机' }).waitFor()
      phone.isEnrolled = false
    })
  })
