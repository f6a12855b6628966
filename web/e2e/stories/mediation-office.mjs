// A mediation as the office sees and follows it: the list, one with its paper and its file, and the ticket's story.

import assert from 'node:assert/strict'
import { Inspection } from '../support/inspect.mjs'
import { Pocket } from '../support/pocket.mjs'
import { story } from '../support/runner.mjs'

const TITLE = '菜市场装修噪声扰民'
const ADDRESS = '和平路 3 号院'
const DAY = 86_400_000
const PHONE = '13800138000'
/** What the mediator writes. */
const WORDS = {
  committee: '和平社区人民调解委员会',
  place: '社区议事厅',
  facts: '市场白天装修，噪声影响三号院居民午休，双方多次发生争执。',
  reason: '有人扬言堵住市场大门',
  applicant: '和平菜市场管理方',
  respondent: '三号院业主代表',
  mediator: '王小梅',
  claim: '白天可以正常施工',
  second: '午休时间不得有噪声',
  point: '周末能不能施工',
  clause: '工作日九时至十二时施工，午休时间停工',
  changed: '工作日九时至十一时三十分施工，午休时间停工',
  measure: '电钻等设备加装隔音罩',
  said: '装修要在月底前完成，只能白天干。',
  answered: '老人孩子中午要休息，太吵了。',
  unit: '和平物业公司',
  contact: '孙经理',
  asked: '能否错开午休时间进料',
  answer: '可以，改在下午进料',
  absent: '刘某',
  why: '出差',
  found: '到场查看，午休时间已停工',
  happy: '满意，不再投诉',
}

export default (world) =>
  story('Mediations in the office', (step) => {
    const look = new Inspection()
    let desk, ticket, pocket, doc, applicant, respondent, mediator, clause, claim

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    const region = (name) => desk.page.getByRole('region', { name, exact: true })
    const fresh = async (path) => {
      await desk.page.goto('about:blank')
      await desk.open(path)
    }

    step('a mediation that begins under a ticket is in the list at once, and its high risk is told on every page', async () => {
      desk = await world.desk()
      world.words.push(TITLE, ADDRESS, PHONE, ...Object.values(WORDS))
      ticket = await world.ticket({ number: 'SQ-20261124-621', title: TITLE, address: ADDRESS })
      const { page } = desk
      await desk.go('调解')
      await page.getByText('还没有调解').waitFor()
      await look.office(page, 'mediations empty')
      pocket = await Pocket.of(world, { username: 'wang.xm', person: '王小梅' })
      await pocket.sync()
      doc = pocket.begin('mediation', ticket)
      for (const field of ['committee', 'place', 'facts']) pocket.set(doc, field, WORDS[field])
      pocket.set(doc, 'form', 'agreement')
      pocket.set(doc, 'dispute', 'decoration')
      pocket.set(doc, 'risk', 'high')
      pocket.set(doc, 'risk_reason', WORDS.reason)
      applicant = pocket.put(doc, 'parties', { side: 'applicant', name: WORDS.applicant, gender: 'organisation', id_type: 'credit_code' })
      pocket.reach(doc, applicant, PHONE)
      respondent = pocket.put(doc, 'parties', { side: 'respondent', name: WORDS.respondent, id_type: 'seen', represents: '三号院二十户', households: 20, consent: 'list', address: ADDRESS })
      world.words.push('三号院二十户')
      await pocket.sync()
      const row = page.getByRole('row').filter({ hasText: TITLE })
      await row.getByText('起草中').waitFor()
      await row.getByText('风险高').waitFor()
      await row.getByText('申请方 1、被申请方 1').waitFor()
      await page.getByText('有 1 件风险高的调解还没有达成协议。').waitFor()
      await desk.go('工单')
      await page.getByText('有 1 件风险高的调解还没有达成协议。').waitFor()
      await page.getByRole('main').getByRole('link', { name: '查看', exact: true }).click()
      await row.waitFor()
      assert.match(page.url(), /risk=high/)
      await look.office(page, 'mediations list')
      done()
    })

    step('its page says what is missing before anybody signs, with claims and what each side said', async () => {
      const { page } = desk
      await page.getByRole('link', { name: TITLE }).click()
      await page.getByText('风险高，还没有达成协议').waitFor()
      await page.getByText(/签字前还要补：.*人民调解员/).waitFor()
      mediator = pocket.put(doc, 'mediators', { user: pocket.person, name: WORDS.mediator, certified: true })
      pocket.set(doc, 'notice_given', true)
      claim = pocket.put(doc, 'claims', { party: applicant, text: WORDS.claim, standing: 'agreed' })
      pocket.put(doc, 'claims', { party: respondent, text: WORDS.second, standing: 'open' })
      pocket.put(doc, 'points', { claim, text: WORDS.point, standing: 'disputed' })
      const session = pocket.put(doc, 'sessions', { at: Date.now() - 3_600_000, place: WORDS.place, by: pocket.person, mood: 'tense' })
      pocket.put(doc, 'statements', { session, party: applicant, text: WORDS.said, by: pocket.person })
      pocket.put(doc, 'statements', { session, party: respondent, text: WORDS.answered, by: pocket.person })
      const asked = pocket.put(doc, 'consultations', { unit: WORDS.unit, contact: WORDS.contact, asked: WORDS.asked, asked_at: Date.now(), by: pocket.person })
      await pocket.sync()
      pocket.put(doc, 'consultations', { answer: WORDS.answer, answered_at: Date.now() }, asked)
      pocket.put(doc, 'invitees', { session, name: WORDS.absent, attendance: 'absent', reason: WORDS.why, invited_at: Date.now() })
      clause = pocket.put(doc, 'clauses', { claim, text: WORDS.clause, performer: applicant, measure: WORDS.measure, weekdays: 31, from_minute: 540, to_minute: 720, check_from_at: Date.now() - 60_000, check_every_days: 7, check_times: 3 })
      await pocket.sync()
      await region('诉求与协议').getByText(WORDS.clause).waitFor()
      await region('诉求与协议').getByText('09:00—12:00').waitFor()
      const hearing = region('调解会')
      await hearing.getByText(WORDS.said).waitFor()
      await hearing.getByText(WORDS.answered).waitFor()
      await region('签字').getByText('还差 4 个').waitFor()
      await look.office(page, 'mediation draft')
      done()
    })

    step('who signed, who has not, and which words cancelled a signature', async () => {
      const { page } = desk
      pocket.sign(doc, 'party', applicant)
      pocket.put(doc, 'clauses', { text: WORDS.changed }, clause)
      pocket.sign(doc, 'party', respondent)
      await pocket.sync()
      const signing = region('签字')
      await signing.locator('[data-signer="cancelled"]').getByText('签字已失效').waitFor()
      await signing.getByText('签字后改动了：协议条款 1 · 条款内容').waitFor()
      await signing.locator('[data-signer="signed"]').waitFor()
      await page.getByText('签的不是同一份').waitFor()
      await look.office(page, 'mediation cancelled')
      done()
    })

    step('an agreement that all signed is in effect, is due at once, and has its file', async () => {
      const { page } = desk
      pocket.sign(doc, 'party', applicant)
      pocket.sign(doc, 'mediator', mediator)
      const paper = pocket.put(doc, 'photos', { sha256: 'a7'.repeat(32), role: 'signed_paper', taken_at: Date.now() })
      pocket.sign(doc, 'committee', mediator, { method: 'seal', photo: paper })
      await pocket.sync()
      await page.getByText('待履行', { exact: true }).first().waitFor()
      await page.getByText('第 2 版，已签全').waitFor()
      await region('签字').getByText('现行有效').waitFor()
      await region('签字').getByText('笔迹还在手机上').first().waitFor()
      await region('调解卷宗').locator('[data-item="agreement"]').getByText('已有').waitFor()
      await region('调解卷宗').locator('[data-item="performance"]').getByText('还缺').waitFor()
      await page.getByText('司法确认截止').waitFor()
      await region('履行与抽查').getByText('到期未查').waitFor()
      assert.equal(await page.getByText('风险高的调解还没有达成协议').count(), 0)
      await look.office(page, 'mediation effective')
      const { agreement } = await desk.call('GET', `/mediations/${doc}`)
      pocket.put(doc, 'checks', { clause, task_at: agreement.tasks[0].at, result: 'kept', remark: WORDS.found, at: Date.now(), by: pocket.person })
      pocket.put(doc, 'confirmations', { party: respondent, how: 'visit', satisfied: true, remark: WORDS.happy, at: Date.now(), by: pocket.person })
      await pocket.sync()
      await page.getByText('已回访', { exact: true }).first().waitFor()
      await region('履行与抽查').getByText(WORDS.found).waitFor()
      await region('回访确认').getByText(WORDS.happy).waitFor()
      await region('修改历史').getByText('王小梅').first().waitFor()
      await look.office(page, 'mediation followed up')
      await page.locator('main').evaluate((main) => main.scrollTo({ top: main.scrollHeight / 2 }))
      await look.office(page, 'mediation middle')
      await page.locator('main').evaluate((main) => main.scrollTo({ top: main.scrollHeight }))
      await look.office(page, 'mediation end')
      done()
    })

    step('two texts of one clause stand side by side, and the office is told who chooses', async () => {
      const { page } = desk
      const other = await Pocket.of(world, { username: 'zhao.dc', person: '赵大成' })
      await other.sync()
      for (const [phone, text] of [[pocket, '上午施工'], [other, '下午施工']]) {
        world.words.push(text)
        phone.put(doc, 'clauses', { text }, clause)
        await phone.sync()
      }
      await page.getByText('1 处两种说法，选定前不能签字').waitFor()
      const places = region('两种说法')
      await places.getByText('上午施工').waitFor()
      await places.getByText('下午施工').waitFor()
      await page.locator('main').evaluate((main) => main.scrollTo({ top: 0 }))
      await look.office(page, 'mediation disagreement')
      done()
    })

    step('the ticket tells of its mediation, and leads to it', async () => {
      const { page } = desk
      await fresh(`/tickets/${ticket}`)
      const told = region('办理过程')
      for (const sentence of ['开始调解', `征询${WORDS.unit}`, `${WORDS.unit}已答复`, '调解中发现风险高', '调解协议生效']) await told.getByText(sentence, { exact: true }).first().waitFor()
      await region('调解').getByRole('link', { name: WORDS.place }).waitFor()
      await look.office(page, 'mediation ticket')
      await told.getByRole('link', { name: '打开调解' }).first().click()
      await page.getByText('第 2 版，已签全').waitFor()
      done()
    })

    step('the other language leaves no label behind', async () => {
      const { page } = desk
      const read = async (language) => {
        for (const path of ['/mediations', `/mediations/${doc}`, `/tickets/${ticket}`]) {
          await desk.open(path)
          await page.getByRole('heading', { level: 1 }).waitFor()
          await desk.settled()
          await look.language(page, `office ${path}`, language, [...world.words, doc])
        }
      }
      const { agreement } = await desk.call('GET', `/mediations/${doc}`)
      world.words.push('王小梅的手机', '赵大成的手机', ...agreement.revisions.flatMap(({ content }) => [content, content.slice(0, 8)]))
      await fresh('/mediations')
      await read('zh-CN')
      await page.getByRole('button', { name: 'English' }).click()
      await page.waitForFunction(() => !document.querySelector('[aria-label="关闭此对话框"]'))
      await read('en')
      await look.office(page, 'mediation english')
      await page.getByRole('button', { name: '中文' }).click()
      done()
    }, 60_000)
  })
