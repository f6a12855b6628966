// Forms: the office makes one from a workbook, sees what cannot be held, and writes a version of it; phones without a network
// fill it in, two merge, the office reads the answers by their labels and takes them out.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { until } from '../support/eyes.mjs'
import { Inspection } from '../support/inspect.mjs'
import { story } from '../support/runner.mjs'

const NUMBER = 'SQ-20261124-611'
const TITLE = '餐饮店燃气软管老化'
const ADDRESS = '和平路 1 号院 6 号楼'
const LABELS = ['燃气安全检查', '哪一家店', '有几个灶头', '软管老化了吗', '哪里老化', '是否装了报警器', '连接处', '中间段', '老化', '没有老化', '装了', '没装', '看清灶头下面的阀门再填']
const COLUMNS = ['type', 'name', 'label::Chinese', 'label::English', 'required', 'relevant', 'constraint', 'geopoint', 'where', 'shop_gps']
const LONG = '如果现场的报警器没有通电，请写明是哪一路电源断了、断了多久、店里谁负责，以及答应什么时候恢复'
const LONG_EN = 'If the alarm on the spot has no power, say which circuit is off, for how long, who is in charge, and when it will be restored'

const SURVEY = [
  ['type', 'name', 'label::Chinese', 'label::English', 'required', 'relevant', 'constraint'],
  ['text', 'shop', '哪一家店', 'Which shop', 'yes', '', 'string-length(.) <= 60'],
  ['integer', 'stoves', '有几个灶头', 'How many stoves', 'yes', '', '. >= 1 and . <= 40'],
  ['select_one worn', 'hose', '软管老化了吗', 'Is the hose worn', 'yes', '', ''],
  ['select_multiple spots', 'spots', '哪里老化', 'Where it is worn', 'yes', "${hose} = 'worn'", ''],
  ['geopoint', 'where', 'shop_gps', 'Position', '', '', ''],
]
const CHOICES = [
  ['list_name', 'name', 'label::Chinese', 'label::English'],
  ['worn', 'worn', '老化', 'Worn'],
  ['worn', 'fine', '没有老化', 'Fine'],
  ['spots', 'joint', '连接处', 'At the joint'],
  ['spots', 'middle', '中间段', 'In the middle'],
]
const SETTINGS = [['form_title', 'form_id'], ['燃气安全检查', 'gas_check']]

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const sheet = (name, rows) => `<Worksheet ss:Name="${name}"><Table>${rows.map((cells) => `<Row>${cells.map((cell) => `<Cell><Data ss:Type="String">${escaped(cell)}</Data></Cell>`).join('')}</Row>`).join('')}</Table></Worksheet>`
/** A workbook as Excel 2003 writes it in XML. */
const workbook = `<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">${sheet('survey', SURVEY)}${sheet('choices', CHOICES)}${sheet('settings', SETTINGS)}</Workbook>`

export default (world) =>
  story('Forms from the office to the phone', (step) => {
    const look = new Inspection()
    let desk, page, worker, captain, visit

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    const question = (id) => page.locator(`[data-test="draft-${id}"]`)
    const preview = () => page.locator('[data-test="form-preview"]')
    const group = () => page.locator('[data-test="form-gas_check"]')
    const pick = async (list, option) => {
      await page.getByRole('combobox', { name: list, exact: true }).click()
      await page.getByRole('option', { name: option, exact: true }).click()
    }

    step('the office reads a workbook: what it becomes can be tried, and what cannot be held is named with its place', async () => {
      desk = await world.desk()
      ;({ page } = desk)
      await page.setViewportSize({ width: 1366, height: 768 })
      world.words.push(...LABELS, ...COLUMNS, TITLE, ADDRESS, LONG, LONG_EN, '.xlsx', '燃气.xml')
      await desk.go('表单')
      await page.locator('[data-test="form-clutter"]').getByText('楼道堆物清理').first().waitFor()
      await desk.settled()
      await look.office(page, 'office forms')
      await look.language(page, 'office forms', 'zh-CN', world.words)
      await page.getByRole('button', { name: '导入工作簿' }).click()
      const dialog = page.getByRole('dialog')
      const choose = async (name, text) => {
        const [chooser] = await Promise.all([page.waitForEvent('filechooser'), dialog.locator('label', { hasText: /选择文件|换一个文件/ }).click()])
        await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) })
      }
      await choose('燃气.xml', 'PK\x03\x04')
      await dialog.getByRole('alert').waitFor()
      await choose('燃气.xml', workbook)
      await dialog.getByText('会变成 4 道题的表单').waitFor()
      const left = dialog.locator('[data-test="left-out"]').first()
      await left.getByText('题目表 第 6 行').waitFor()
      await left.getByText('位置不能作题目').waitFor()
      // The preview asks as the phone will.
      assert.equal(await preview().getByText('哪里老化').count(), 0)
      await preview().getByRole('button', { name: '老化', exact: true }).click()
      await preview().getByText('哪里老化').first().waitFor()
      await preview().getByRole('status').getByText(/哪一家店、有几个灶头、哪里老化/).waitFor()
      await look.office(page, 'office form import')
      await look.language(page, 'office form import', 'zh-CN', world.words)
      await dialog.getByRole('button', { name: '用这份接着编辑' }).click()
      done()
    })

    step('in the editor it gets its categories and a question; a mistake is told at its place, a removed question comes back, a reload loses nothing', async () => {
      await page.getByRole('heading', { level: 1, name: '新表单' }).waitFor()
      const { catalogue } = await desk.call('GET', '/catalogue')
      const large = catalogue.types.find(({ name }) => name === '公共安全') ?? catalogue.types[0]
      world.words.push(large.name)
      await pick('大类', large.name)
      await page.getByRole('button', { name: '加上这一类' }).click()
      await page.getByRole('button', { name: '加题目' }).click()
      const own = question('q5')
      await own.getByLabel('题目', { exact: true }).fill('是否装了报警器')
      await own.getByRole('combobox', { name: '“是否装了报警器”怎么答' }).click()
      await page.getByRole('option', { name: '单选', exact: true }).click()
      await own.getByRole('alert').getByText('后面是空的').waitFor()
      await own.getByLabel('“是否装了报警器”的选项 1', { exact: true }).fill('装了')
      await own.getByLabel('“是否装了报警器”的选项 2', { exact: true }).fill('没装')
      await own.getByRole('alert').waitFor({ state: 'detached' })
      await own.getByRole('button', { name: '删去“是否装了报警器”' }).click()
      await own.waitFor({ state: 'detached' })
      await page.getByRole('button', { name: '放回去' }).click()
      await own.getByRole('button', { name: '“是否装了报警器”上移' }).click()
      await until(async () => (await preview().locator('.question').allInnerTexts()).at(-1)?.startsWith('是否装了报警器') || true)
      await desk.settled()
      await look.office(page, 'office form editor')
      await look.language(page, 'office form editor', 'zh-CN', world.words)
      await page.reload()
      await page.getByText('您上次填的“燃气安全检查”还没有保存。').waitFor()
      await page.getByRole('button', { name: '接着填' }).click()
      await question('q5').getByLabel('题目', { exact: true }).waitFor()
      assert.equal(await question('q5').getByLabel('题目', { exact: true }).inputValue(), '是否装了报警器')
      await page.getByRole('button', { name: '保存为第 1 版' }).click()
      await group().getByText('还没有记录用这一版').waitFor()
      const ticket = await world.hub.file('gas.csv', `工单编号,标题,内容,派发时间,办理时限,地址,社区,紧急程度,类别大类\n${NUMBER},${TITLE},请尽快到现场处理。,2026-11-23 10:00,2027-01-30,${ADDRESS},和平社区,一般,${large.name}\n`)
      await world.hub.command('import', 'tickets', ticket)
      const { items } = await desk.call('GET', `/tickets?query=${NUMBER}`)
      const { items: units } = await desk.call('GET', '/units')
      await desk.call('POST', `/tickets/${items[0].id}/assign`, { to: { kind: 'community', id: units.find(({ name }) => name === '和平社区').id } })
      done()
    }, 90_000)

    step('a phone that has synced once fills the form in without a network, and a narrow screen holds every question', async () => {
      worker = await world.working('worker')
      captain = await world.working('captain')
      await worker.page.locator('[data-test="ticket"]', { hasText: TITLE }).waitFor()
      await worker.offline()
      await worker.page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      await worker.page.getByRole('button', { name: '开始走访' }).click()
      await worker.part('questions').getByRole('heading', { name: '燃气安全检查' }).waitFor()
      await worker.answer('shop', '老张面馆')
      world.words.push('老张面馆')
      await worker.answer('stoves', '3')
      await worker.answer('hose', '老化')
      await worker.answer('spots', '连接处')
      await worker.saved()
      await worker.page.setViewportSize({ width: 320, height: 700 })
      await look.phone(worker.page, 'phone form 320')
      await worker.page.setViewportSize({ width: 412, height: 900 })
      done()
    })

    step('a colleague answers one question differently and ticks another place: both answers stay, ticks add up', async () => {
      await worker.online()
      await worker.chip('chip.done')
      await captain.open('/records')
      await captain.page.locator('[data-test="record"]', { hasText: TITLE }).waitFor()
      await captain.offline()
      await worker.offline()
      await captain.openRecord(TITLE)
      await captain.answer('stoves', '4')
      await captain.answer('spots', '中间段')
      await captain.saved()
      await worker.openRecord(TITLE)
      await worker.answer('stoves', '5')
      await worker.saved()
      for (const phone of [worker, captain]) {
        await phone.online()
        await phone.chip('chip.done')
      }
      const { items } = await desk.call('GET', `/visits?query=${NUMBER}`)
      visit = items[0].id
      await until(async () => (await desk.call('GET', `/visits/${visit}`)).disagreements.length === 1)
      const told = await desk.call('GET', `/visits/${visit}`)
      assert.equal(told.disagreements[0].path, 'answers/stoves/number')
      assert.deepEqual(told.disagreements[0].values.map(({ value }) => value).sort(), [4, 5])
      const ticked = told.values.filter(({ path, value }) => path.startsWith('answers/spots/') && value === true)
      assert.equal(ticked.length, 2)
    })

    step('the office writes version 2 with a long question; the record goes on with version 1, and can go over without a loss', async () => {
      await desk.go('表单')
      await group().getByText('1 条记录用这一版').waitFor()
      await group().getByRole('button', { name: '给“燃气安全检查”写新版本' }).click()
      await page.getByText('已经开始的记录继续用自己那一版').waitFor()
      await page.getByRole('button', { name: '加题目' }).click()
      await question('q6').getByLabel('题目', { exact: true }).fill(LONG)
      await question('q6').getByLabel('题目的英文').fill(LONG_EN)
      await page.getByRole('button', { name: '保存为第 2 版' }).click()
      await group().getByText('第 2 版').waitFor()
      await worker.openRecord(TITLE)
      await worker.page.getByRole('button', { name: '手选地址签到' }).waitFor()
      await worker.page.locator('[data-test="form-notice"]').or(worker.page.getByText('燃气安全检查').first()).first().waitFor()
      assert.equal((await desk.call('GET', `/visits/${visit}`)).form.name, 'gas_check/1')
    }, 60_000)

    step('the answers leave as a table with the labels of their version', async () => {
      await desk.go('表单')
      const [file] = await Promise.all([page.waitForEvent('download'), group().getByRole('button', { name: '导出“燃气安全检查”第 1 版的答案，文本表格' }).click()])
      const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n')
      assert.equal(lines.length, 3)
      assert.match(lines[0], /answers\/stoves\/number/)
      assert.match(lines[1], /有几个灶头/)
      assert.match(lines[2], /老张面馆.*(4 \/ 5|5 \/ 4).*老化.*连接处；中间段/)
      const [book] = await Promise.all([page.waitForEvent('download'), group().getByRole('button', { name: '导出“燃气安全检查”第 1 版的表单' }).click()])
      assert.equal((await readFile(await book.path())).subarray(0, 2).toString(), 'PK')
      await page.getByRole('button', { name: 'English' }).click()
      await page.getByText('What a visit for each kind of ticket is asked for').waitFor()
      await look.office(page, 'office forms en')
      await look.language(page, 'office forms en', 'en', world.words)
      await page.getByRole('button', { name: '中文' }).click()
      done()
    })
  })
