// Sign-ins that end, phones that change hands, tickets that go away: every word ends in the record or stays in sight.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { until } from '../support/eyes.mjs'
import { Inspection } from '../support/inspect.mjs'
import { picture } from '../support/pictures.mjs'
import { story } from '../support/runner.mjs'

const TITLE = '八号楼一层楼道停放电动车'

export default (world) =>
  story('Work that nobody may lose', (step) => {
    const look = new Inspection()
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

    world.words.push('Redmi Note 12')

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
      const device_name = '王小梅的另一部手机'
      world.words.push(device_name)
      const link = await desk.enrolmentLink(worker.person)
      const code = new URL(link.replace('/#', '')).searchParams.get('code')
      const answer = await fetch(`${world.origin}/v1/enrol`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ code, password: world.passwords.get(worker.username), device_name, app_version: '1', device }),
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

    step('a second window takes over in the middle of a word: what was typed in the first is in the record there', async () => {
      const { page } = worker
      await worker.openRecord(TITLE)
      await worker.offline()
      const tab = await worker.newTab('/records')
      await tab.getByRole('heading', { name: '暖线已在另一个窗口打开' }).waitFor()
      await worker.write('怎么处理的', '第一个窗口写的：又来了一辆。')
      await tab.getByRole('button', { name: '改在这里使用' }).click()
      await page.getByRole('heading', { name: '暖线已在另一个窗口打开' }).waitFor()
      await tab.locator('[data-test="record"]', { hasText: TITLE }).click()
      await until(async () => (await tab.getByLabel('怎么处理的', { exact: true }).inputValue()) === '第一个窗口写的：又来了一辆。')
      await page.getByText('您在这个窗口写的内容已经交过去了。').waitFor()
      await worker.online()
      await recorded(ticket, '第一个窗口写的：又来了一辆。')
      await tab.close()
    })

    step('a window that slept while another one wrote on: both texts stay in sight, and the person chooses', async () => {
      const { page } = worker
      await worker.openRecord(TITLE)
      const tab = await worker.newTab('/records')
      await tab.getByRole('heading', { name: '暖线已在另一个窗口打开' }).waitFor()
      // A window that waits for an answer does nothing else, as one that the system has put to sleep.
      const asleep = page.waitForEvent('dialog')
      await worker.write('结果怎样', '睡着的窗口写的。')
      const waking = page.evaluate(() => alert('…'))
      const dialog = await asleep
      await tab.getByRole('button', { name: '改在这里使用' }).click()
      await tab.locator('[data-test="record"]', { hasText: TITLE }).click()
      await worker.write('结果怎样', '醒着的窗口写的。', tab)
      await tab.getByLabel('结果怎样', { exact: true }).blur()
      await tab.locator('[data-test="saved"]', { hasText: /已存手机 \d/ }).waitFor()
      await dialog.accept()
      await waking
      const notice = tab.locator('[data-test="left"]', { hasText: '睡着的窗口写的。' })
      await notice.waitFor()
      await notice.scrollIntoViewIfNeeded()
      await look.phone(tab, 'field left by another window', { axe: false })
      assert.equal(await tab.getByLabel('结果怎样', { exact: true }).inputValue(), '醒着的窗口写的。')
      await page.getByText('您在这个窗口写的内容已经交过去了。').waitFor()
      await look.phone(page, 'field elsewhere')
      await notice.locator('[data-test="left-use"]').click()
      await notice.waitFor({ state: 'detached' })
      await recorded(ticket, '睡着的窗口写的。')
      await tab.close()
      assert.deepEqual(look.findings, [])
    })

    step('a phone that cannot connect: its words and its photo reach the office as a file that nobody else can read', async () => {
      await worker.open('/tasks')
      await worker.chip('chip.done')
      await worker.offline()
      await worker.openRecord(TITLE)
      await worker.write('看到的情况', '用文件交的：一层现在停了四辆。')
      await worker.page.locator('[data-test="saved"]', { hasText: /已存手机 \d/ }).waitFor()
      await worker.photograph('evidence', await picture(world.path('corridor.png'), { colour: [90, 120, 150] }))
      await worker.open('/sync')
      const [download] = await Promise.all([worker.page.waitForEvent('download'), worker.page.locator('[data-test="export"]').click()])
      assert.match(download.suggestedFilename(), /^warmline-.*\.warmline$/)
      const file = await readFile(await download.path())
      assert.equal(file.includes('用文件交的'), false)

      const { page } = desk
      const take = async (buffer) => {
        const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('dialog').locator('button', { hasText: /^(选择文件|再选一个)$/ }).click()])
        await chooser.setFiles({ name: 'a.warmline', mimeType: 'application/octet-stream', buffer })
      }
      await page.goto('about:blank')
      await desk.open('/quarantine')
      await page.getByRole('button', { name: '收入交接文件' }).click()
      await take(file.subarray(0, file.length - 1))
      await page.getByText('文件在传送中损坏，没有收入任何内容。请从手机重新导出或重新拷贝。').waitFor()
      await take(file)
      await page.getByText(/^已收入王小梅的“.+”在 .+ 导出的文件。$/).waitFor()
      await page.getByText('照片：新收到 1 张，原来就有 0 张，不能收 0 张。').waitFor()
      await look.office(page, 'office hand-over taken')
      await recorded(ticket, '用文件交的：一层现在停了四辆。')
      await take(file)
      await page.getByText(/^修改：新收到 0 处，原来就有 \d+ 处，放在隔离区 0 处。$/).waitFor()
      await page.getByRole('dialog').getByRole('button', { name: '完成' }).click()
      await page.getByRole('button', { name: 'English' }).click()
      await page.getByRole('button', { name: 'Take in a hand-over file' }).click()
      await page.getByText(/the same file taken in twice changes nothing/).waitFor()
      await look.language(page, 'office hand-over', 'en', world.words)
      await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('button', { name: '中文' }).click()

      await worker.online()
      await worker.open('/sync')
      await worker.chip('chip.done')
      assert.deepEqual(look.findings, [])
    })

    step('a phone in the hands of a colleague: their code is refused while words wait, and lets them in once these arrived', async () => {
      const { page } = worker
      await worker.openRecord(TITLE)
      await worker.offline()
      await worker.write('怎么处理的', '交接前写的：已经通知物业。')
      await worker.page.locator('[data-test="saved"]', { hasText: /已存手机 \d/ }).waitFor()
      world.line.isCut = true
      await worker.online()
      await alter(worker, 'session', { refresh: '00', access_until: 0 })
      world.line.mend()
      const codes = { own: await desk.enrolmentLink(worker.person), colleague: await desk.enrolmentLink('赵大成') }
      await worker.open('/sync')
      await worker.chip('chip.failed')
      const enter = async (link, username) => {
        await page.goto('about:blank')
        await page.goto(link)
        await page.getByText('登记码格式正确').waitFor()
        await page.getByLabel('您的密码', { exact: true }).fill(world.passwords.get(username))
        await page.getByRole('button', { name: '登记', exact: true }).click()
      }
      await enter(codes.colleague, 'zhao.dc')
      await page.getByText(/^这部手机上还有另一位同事没上传的内容/).waitFor()
      await enter(codes.own, worker.username)
      await page.getByText('手机已登记').waitFor()
      await recorded(ticket, '交接前写的：已经通知物业。')
      const leave = async () => {
        await worker.open('/me')
        await worker.chip('chip.done')
        await page.locator('[data-test="sign-out"]').click()
        await page.getByRole('dialog').getByRole('button', { name: '退出登录' }).click()
        await page.getByRole('heading', { name: '登记这部手机' }).waitFor()
        assert.deepEqual(await worker.stored('replica'), [])
      }
      await leave()
      await enter(codes.colleague, 'zhao.dc')
      await page.getByText('手机已登记').waitFor()
      await worker.open('/records')
      await page.getByRole('heading', { level: 1 }).waitFor()
      assert.equal(await page.getByText('交接前写的').count(), 0)
      await leave()
      worker.isEnrolled = false
    })
  })
