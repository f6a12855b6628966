// The desk at the quarantine: work on a ticket that was taken away meanwhile is read by the office, and let in.

import assert from 'node:assert/strict'
import { Inspection } from '../support/inspect.mjs'
import { story } from '../support/runner.mjs'

const TITLE = '七号楼后门被杂物堵住'
const SECOND = '七号楼前门缺一盏灯'
const ADDRESS = '和平路 1 号院 7 号楼'

export default (world) =>
  story('The quarantine desk', (step) => {
    const look = new Inspection()
    let desk, ticket, second, phone

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    /** Begins a visit without a network, while the office gives its ticket to another community. */
    const recordMeanwhile = async (title, id) => {
      await phone.open()
      await phone.page.locator('[data-test="ticket"]', { hasText: title }).click()
      await phone.offline()
      await phone.page.getByRole('button', { name: '开始走访' }).click()
      await phone.choose('发现什么问题', '噪声')
      await phone.saved()
      const { items: units } = await desk.call('GET', '/units')
      await desk.assign(id, { kind: 'community', id: units.find((unit) => unit.name === '新华社区').id })
      await phone.online()
    }
    /** The line of a ticket in the list, as soon as the phone has sent what it is about. */
    const line = async (title) => {
      const { page } = desk
      for (let tries = 0; ; tries++) {
        const { items } = await desk.call('GET', '/quarantine?decided=false')
        if (items.some((item) => item.ticket_name?.title === title)) break
        if (tries > 60) throw new Error('the phone never sent its work')
        await page.waitForTimeout(500)
      }
      await page.goto('about:blank')
      await desk.open('/quarantine')
      const row = page.getByRole('row').filter({ hasText: title })
      await row.waitFor()
      return row
    }

    step('work on a ticket that was given away meanwhile lies at the desk, with its words', async () => {
      desk = await world.desk()
      ticket = await world.ticket({ number: 'SQ-20261124-701', title: TITLE, address: ADDRESS })
      second = await world.ticket({ number: 'SQ-20261124-702', title: SECOND, address: ADDRESS })
      phone = await world.working('worker')
      await recordMeanwhile(TITLE, ticket)
      const row = await line(TITLE)
      const { page } = desk
      await row.getByText('王小梅').waitFor()
      await row.getByText('他承办这件工单时记的，可以直接收入。').waitFor()
      await look.office(page, 'office quarantine full')
      // The person who wrote it has it in sight, where they wrote it.
      await phone.openRecord(TITLE)
      await phone.page.locator('[data-test="aside-notice"]').getByText('原因：上传时，这件工单已经不归您承办。').waitFor()
      await phone.page.locator('[data-path="fields/finding_kind"] [data-test="aside"]').waitFor()
      assert.equal(await phone.page.getByRole('group', { name: '发现什么问题', exact: true }).locator('.chip.on').innerText(), '噪声')
      await row.getByRole('link', { name: '王小梅' }).click()
      await page.getByRole('heading', { level: 1, name: '王小梅记录的内容' }).waitFor()
      await page.locator('[data-path="fields/finding_kind"]', { hasText: '噪声' }).waitFor()
      await look.office(page, 'office aside')
      done()
    })

    step('the office lets it in, and the visit stands with the worker\'s name', async () => {
      const { page } = desk
      await page.getByRole('button', { name: '收入记录' }).click()
      await page.getByText(/^已收入 \d+ 条修改。$/).waitFor()
      await page.getByRole('link', { name: '打开走访记录' }).click()
      await page.locator('[data-path="fields/finding_kind"]', { hasText: '噪声' }).waitFor()
      await page.getByRole('region', { name: '修改历史' }).getByText('王小梅').first().waitFor()
      await page.goto('about:blank')
      await desk.open(`/tickets/${ticket}`)
      await page.getByText('隔离区内容收入记录').waitFor()
    })

    step('what is refused can be taken back, and let in by one click in the list', async () => {
      const { page } = desk
      await recordMeanwhile(SECOND, second)
      await (await line(SECOND)).getByRole('button', { name: '查看内容' }).click()
      await page.getByRole('button', { name: '不收入', exact: true }).click()
      const dialog = page.getByRole('dialog')
      await look.office(page, 'office aside refuse')
      await dialog.getByLabel('不收入的理由').fill('记错了楼')
      await dialog.getByRole('button', { name: '不收入', exact: true }).click()
      await page.getByText('已登记为不收入，原文仍保留。').waitFor()
      await page.getByText('记错了楼').waitFor()
      await look.office(page, 'office aside refused')
      await page.getByRole('button', { name: '恢复为等待处理' }).click()
      await page.getByText('已恢复为等待处理。').waitFor()
      const row = await line(SECOND)
      await row.getByRole('button', { name: '收入王小梅的记录' }).click()
      await page.getByText(/^已收入 \d+ 条修改。$/).waitFor()
      await page.getByText('隔离区是空的').waitFor()
      await look.office(page, 'office quarantine empty')
      done()
    })

    step('the other language leaves no label behind', async () => {
      const { page } = desk
      const { items } = await desk.call('GET', '/quarantine?decided=true')
      // Without what was said of the last act.
      await page.goto('about:blank')
      const read = async (language) => {
        for (const path of ['/quarantine?state=decided', `/quarantine/${items[0].id}`]) {
          await desk.open(path)
          await page.getByRole('heading', { level: 1 }).waitFor()
          await desk.settled()
          await look.language(page, 'office aside', language, [...world.words, '记错了楼'])
        }
      }
      await read('zh-CN')
      await page.getByRole('button', { name: 'English' }).click()
      await page.waitForFunction(() => !document.querySelector('[aria-label="关闭此对话框"]'))
      await read('en')
      await page.getByRole('button', { name: '中文' }).click()
      done()
    }, 60_000)
  })
