// A dispute settled on the spot: three parties, no network, everybody signs on the glass, and a second phone changes the words.

import assert from 'node:assert/strict'
import { stillness } from '../support/eyes.mjs'
import { Inspection } from '../support/inspect.mjs'
import { picture } from '../support/pictures.mjs'
import { story } from '../support/runner.mjs'

const TITLE = '五号楼装修噪声扰民'
const FACTS = '五号楼 302 室装修，晚上十点以后仍在施工，楼上楼下多次交涉没有结果。'
const CLAIM = '晚上和周末不要施工'
const BEFORE = '晚上八点到第二天早上八点不施工'
const AFTER = '晚上七点到第二天早上八点不施工'
const PARTIES = [
  ['申请方', '张桂兰', '五号楼 2 单元住户'],
  ['被申请方', '李建国', ''],
  ['第三方', '和平物业', ''],
]
const INVITED = '孙业主'

/** Every name is written in another hand: a copied drawing is no signature. */
let hands = 0

export default (world) =>
  story('A mediation that everybody signs on the glass', (step) => {
    const look = new Inspection()
    let worker, colleague, doc, code

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    const sheetDone = async (phone) => {
      await phone.sheet().getByRole('button', { name: '完成' }).click()
      await phone.sheet().waitFor({ state: 'hidden' })
    }
    const see = async (phone, name) => {
      await stillness(phone.sheet())
      await look.phone(phone.page, name, { sheet: true })
    }
    const status = (phone) => phone.page.locator('[data-test="standing"]')
    const signers = (phone) => phone.page.locator('[data-test="signers"] > li')
    const openMediation = async (phone) => {
      await phone.open(`/visit/${doc}`)
      await status(phone).waitFor()
    }

    /** Opens a part that is folded away because all have signed it. */
    const unfold = (phone, part) => phone.part(part).locator('[aria-expanded="false"]').click()

    /** Writes a name with a pen of its own. */
    const write = async (phone) => {
      const glass = phone.page.locator('[data-test="glass"]')
      await glass.waitFor()
      await stillness(phone.sheet())
      const box = await glass.boundingBox()
      const { mouse } = phone.page
      const hand = (hands += 1)
      const at = (x, y) => [box.x + box.width * x, box.y + box.height * y]
      for (let stroke = 0; stroke < 3; stroke++) {
        await mouse.move(...at(0.12 + stroke * 0.28, 0.25 + hand * 0.01))
        await mouse.down()
        for (let i = 1; i <= 8; i++) await mouse.move(...at(0.12 + stroke * 0.28 + i * 0.025, 0.25 + hand * 0.01 + Math.abs(Math.sin(i)) * 0.4))
        await mouse.up()
      }
    }
    /** Reads the paper, writes the name, and confirms. */
    const sign = async (phone, name, reads = []) => {
      const { page } = phone
      await page.getByRole('heading', { name: `${name} 签字` }).waitFor()
      for (const words of reads) await page.locator('[data-test="paper"]').getByText(words).first().waitFor()
      await page.locator('[data-test="have-read"]').click()
      await write(phone)
      await page.locator('[data-test="sign-confirm"]').click()
      await page.locator('[data-test="signed"]').getByText(`${name} 已签字`).waitFor()
    }

    step('two colleagues have the ticket, and one goes to the building without a network', async () => {
      await world.ticket({ number: 'SQ-20261124-611', title: TITLE, address: '和平路 1 号院 5 号楼' })
      worker = await world.working('worker')
      colleague = await world.working('colleague')
      for (const phone of [worker, colleague]) {
        await phone.page.setViewportSize({ width: 360, height: 800 })
        await phone.page.locator('[data-test="ticket"]', { hasText: TITLE }).waitFor()
      }
      await worker.offline()
    })

    step('the mediator begins at the ticket and writes down three parties', async () => {
      const { page } = worker
      await page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      await page.getByRole('button', { name: '开始调解' }).waitFor()
      await look.phone(page, 'mediation ticket')
      await page.getByRole('button', { name: '开始调解' }).click()
      await status(worker).getByText('起草中').waitFor()
      doc = new URL(page.url()).hash.split('/').at(-1)
      await look.phone(page, 'mediation begun')
      for (const [side, name, represents] of PARTIES) {
        await worker.part('parties').getByRole('button', { name: `加${side}`, exact: true }).click()
        await worker.write('姓名或名称', name, worker.sheet())
        await worker.write('电话', '13800000000', worker.sheet())
        if (represents) {
          await worker.write('代表谁', represents, worker.sheet())
          await worker.choose('授权方式', '签名表', worker.sheet())
          await see(worker, 'mediation party')
        }
        await sheetDone(worker)
        await worker.part('parties').getByText(name, { exact: true }).waitFor()
      }
      done()
    })

    step('claims, a session in which both sides speak, and somebody who was invited signs in', async () => {
      const { page } = worker
      await page.getByRole('button', { name: '加张桂兰的诉求' }).click()
      await worker.write('诉求内容', CLAIM, worker.sheet())
      await see(worker, 'mediation claim')
      await sheetDone(worker)
      await page.getByRole('button', { name: '开始一场调解会' }).click()
      await worker.choose('现场情绪', '平和', worker.sheet())
      await see(worker, 'mediation session')
      await sheetDone(worker)
      for (const [who, words] of [['张桂兰', '孩子要高考，夜里睡不着'], ['李建国', '工期紧，白天工人不够']]) {
        await page.getByRole('button', { name: '记一段陈述' }).click()
        await worker.choose('陈述方', who, worker.sheet())
        await worker.write('陈述内容', words, worker.sheet())
        await sheetDone(worker)
      }
      await page.getByRole('button', { name: '邀请一位到场' }).click()
      await worker.write('姓名', INVITED, worker.sheet())
      await sheetDone(worker)
      await page.locator('[data-test="attend"]').click()
      await write(worker)
      await see(worker, 'mediation attendance')
      await page.locator('[data-test="attend-confirm"]').click()
      await worker.part('sessions').getByText('已签到').waitFor()
      done()
    })

    step('a clause with hours, an amount and spot checks', async () => {
      const { page } = worker
      await page.getByRole('button', { name: '加一条协议' }).click()
      const sheet = worker.sheet()
      await worker.choose('履行方', '李建国', sheet)
      await worker.write('条款内容', BEFORE, sheet)
      for (const day of ['周一', '周二', '周三', '周四', '周五']) await sheet.getByRole('button', { name: day, exact: true }).click()
      await worker.write('每天从', '08:00', sheet)
      await worker.write('每天到', '20:00', sheet)
      await worker.write('金额（元）', '1200.50', sheet)
      await worker.choose('第一次抽查', '三天后', sheet)
      await worker.write('每隔几天', '7', sheet)
      await worker.write('抽查次数', '3', sheet)
      await see(worker, 'mediation clause')
      await sheetDone(worker)
      await worker.part('clauses').getByText('周一至周五 08:00 到 20:00').waitFor()
      await worker.part('clauses').getByText('1200.50 元').waitFor()
      done()
    })

    step('what is missing leads to its part, and then the paper can be signed', async () => {
      const { page } = worker
      await page.locator('[data-test="to-gaps"]').waitFor()
      await page.locator('[data-test="gaps"]').getByText('写主要事实').click()
      await worker.write('主要事实', FACTS)
      await page.locator('[data-test="begin-signing"]').waitFor()
      await page.locator('[data-test="rights"]').click()
      await see(worker, 'mediation rights')
      await worker.sheet().locator('[data-test="rights-given"]').click()
      await worker.sheet().waitFor({ state: 'hidden' })
      await look.phone(page, 'mediation filled in')
      done()
    })

    step('with the network gone all of them sign on one phone, each after reading the whole paper', async () => {
      const { page } = worker
      await page.locator('[data-test="begin-signing"]').click()
      await see(worker, 'mediation paper')
      await page.locator('[data-test="have-read"]').click()
      await write(worker)
      await see(worker, 'mediation glass')
      // The phone is turned while somebody writes.
      const drawn = () => page.locator('[data-test="glass"] polyline').evaluateAll((lines) => lines.map((line) => line.getAttribute('points')))
      const before = await drawn()
      assert.equal(before.length, 3)
      await page.setViewportSize({ width: 800, height: 360 })
      await see(worker, 'mediation glass turned')
      assert.deepEqual(await drawn(), before)
      await page.setViewportSize({ width: 360, height: 800 })
      await page.locator('[data-test="clear"]').click()
      assert.equal(await page.locator('[data-test="sign-confirm"]').isDisabled(), true)
      await write(worker)
      await page.locator('[data-test="sign-confirm"]').click()
      await page.locator('[data-test="signed"]').getByText('张桂兰 已签字').waitFor()
      await see(worker, 'mediation signed')
      code = (await page.locator('[data-test="signed"]').innerText()).match(/校验码 ([0-9a-f]{8})/)?.[1]
      assert.ok(code)
      for (const name of ['李建国', '和平物业', '王小梅']) {
        await page.locator('[data-test="next-signer"]').click()
        await sign(worker, name, [FACTS, CLAIM, BEFORE, '1200.50 元', '周一至周五 08:00 到 20:00'])
      }
      await page.getByText('都签好了，这份文书已经生效。').waitFor()
      await see(worker, 'mediation all signed')
      await page.locator('[data-test="signing-close"]').click()
      await status(worker).getByText('已生效').waitFor()
      await look.phone(page, 'mediation effective')
      done()
    })

    step('all of it is still there after the phone was off', async () => {
      await worker.stop()
      await worker.start()
      await worker.page.setViewportSize({ width: 360, height: 800 })
      await openMediation(worker)
      await status(worker).getByText('已生效').waitFor()
      assert.equal(await signers(worker).getByText('已签', { exact: true }).count(), 4)
      await worker.open('/records')
      const card = worker.page.locator('[data-test="record"]', { hasText: TITLE })
      await card.getByText('已生效').waitFor()
      await card.getByText('都已签字').waitFor()
      await look.phone(worker.page, 'mediation records')
      await worker.open('/sync')
      await worker.page.locator('[data-test="waiting-seals"]').getByText('笔迹 5 份').waitFor()
      await look.phone(worker.page, 'mediation sync')
      done()
    })

    step('a volunteer sees that a party left a number, and neither reads nor writes it', async () => {
      await worker.online()
      await worker.chip('chip.done')
      const volunteer = await world.working('volunteer')
      await openMediation(volunteer)
      await unfold(volunteer, 'parties')
      assert.equal(await volunteer.part('parties').locator('a[href^="tel:"]').count(), 0)
      await volunteer.part('parties').locator('.entry-open').first().click()
      await volunteer.sheet().locator('[data-contact="no"]').getByText('已留号码，只对承办人员显示。').waitFor()
      assert.equal(await volunteer.sheet().getByLabel('电话', { exact: true }).count(), 0)
      await see(volunteer, 'mediation party of a volunteer')
      await sheetDone(volunteer)
      const held = JSON.stringify(await volunteer.stored('singles'))
      assert.ok(!held.includes('cipher'), 'a volunteer was given a key')
      done()
    })

    step('a second phone gets it, loses the network and changes the clause', async () => {
      await worker.online()
      await colleague.open(`/visit/${doc}`)
      await status(colleague).getByText('已生效').waitFor()
      await unfold(colleague, 'parties')
      assert.equal(await colleague.part('parties').locator('a[href="tel:13800000000"]').count(), 3)
      await colleague.offline()
      await worker.offline()
      await unfold(colleague, 'clauses')
      await colleague.part('clauses').locator('.entry-open').click()
      await colleague.sheet().locator('[data-test="cancels"]').waitFor()
      await see(colleague, 'mediation edit warns')
      await colleague.write('条款内容', AFTER, colleague.sheet())
      await sheetDone(colleague)
      await colleague.saved()
      await colleague.part('sign').getByText('要重签').first().waitFor()
    })

    step('once both were online the first phone says who signs again and which words were changed', async () => {
      await colleague.online()
      await worker.online()
      await openMediation(worker)
      const { page } = worker
      await worker.part('clauses').getByText(AFTER).waitFor()
      assert.equal(await signers(worker).getByText('要重签').count(), 4)
      const changes = page.locator('[data-test="changes"]').first()
      await changes.getByText('协议条款 1 · 条款内容').waitFor()
      await changes.getByText(`签字时是“${BEFORE}”，现在是“${AFTER}”`).waitFor()
      await status(worker).getByText(`校验码 ${code}`).waitFor()
      await worker.part('sign').scrollIntoViewIfNeeded()
      await look.phone(page, 'mediation cancelled')
      done()
    })

    step('all sign the new words, and these hold', async () => {
      const { page } = worker
      await worker.offline()
      await page.locator('[data-test="begin-signing"]').click()
      for (const name of ['张桂兰', '李建国', '和平物业', '王小梅']) {
        await sign(worker, name, [AFTER])
        if (name !== '王小梅') await page.locator('[data-test="next-signer"]').click()
      }
      await page.locator('[data-test="signing-close"]').click()
      await status(worker).getByText('第 2 版有效').waitFor()
      await worker.online()
      // Every drawn name is at the office, five of the first day and four of now.
      await worker.chip('chip.done')
      const sealed = (await worker.stored('media')).filter(([, row]) => row.mime === 'application/vnd.warmline.seal')
      assert.deepEqual(sealed.map(([, row]) => row.state), Array(9).fill('sent'))
      await openMediation(colleague)
      await status(colleague).getByText('第 2 版有效').waitFor()
      assert.equal(await signers(colleague).getByText('已签', { exact: true }).count(), 4)
    })

    step('a spot check is recorded with its finding, and so is what the requester says', async () => {
      const { page } = worker
      await page.locator('[data-test="check"]').click()
      await worker.choose('结果', '已遵守', worker.sheet())
      await worker.write('说明', '七点到现场，没有施工', worker.sheet())
      await see(worker, 'mediation check')
      await page.locator('[data-test="check-keep"]').click()
      await worker.part('performance').getByText('七点到现场，没有施工').waitFor()
      await page.locator('[data-test="confirm-requester"]').click()
      await worker.choose('回访方式', '电话', worker.sheet())
      await worker.choose('是否满意', '满意', worker.sheet())
      await see(worker, 'mediation confirmation')
      await page.locator('[data-test="confirm-keep"]').click()
      await status(worker).getByText('已回访').waitFor()
      await look.phone(page, 'mediation followed up')
      done()
    })

    for (const [size, label] of [['largest', '特大'], ['standard', '标准']]) {
      step(`nothing is too small, too wide or without a name, ${size} text`, async () => {
        const { page } = worker
        await worker.open('/me')
        await worker.choose('文字大小', label)
        await openMediation(worker)
        for (const part of ['parties', 'claims', 'sessions', 'consultations', 'points', 'clauses', 'paper', 'photos']) await unfold(worker, part)
        await look.phone(page, `mediation whole ${size}`)
        await worker.part('clauses').locator('.entry-open').click()
        await see(worker, `mediation clause ${size}`)
        await sheetDone(worker)
        done()
      })
    }

    step('in English nothing is left in Chinese but what people wrote', async () => {
      const { page } = worker
      await worker.speak('en')
      await openMediation(worker)
      for (const part of ['parties', 'claims', 'sessions', 'consultations', 'points', 'clauses', 'paper', 'photos']) await unfold(worker, part)
      const written = [TITLE, FACTS, CLAIM, AFTER, INVITED, '和平路 1 号院 5 号楼', '孩子要高考，夜里睡不着', '工期紧，白天工人不够', '七点到现场，没有施工', ...PARTIES.flat()]
      await look.language(page, 'mediation', 'en', [...world.words, ...written])
      await page.getByRole('button', { name: 'Rights and duties were read out' }).click()
      await worker.sheet().waitFor()
      await look.language(page, 'mediation rights', 'en', [...world.words, ...written])
      await look.phone(page, 'mediation English', { sheet: true, axe: false })
      await worker.sheet().getByRole('button', { name: 'Close' }).first().click()
      await worker.speak('zh-CN')
      done()
    })

    step('two people write one clause at the same time: nobody signs until one of them chose', async () => {
      await worker.offline()
      await colleague.offline()
      for (const [phone, words] of [[worker, '晚上六点以后不施工'], [colleague, '晚上九点以后不施工']]) {
        await openMediation(phone)
        await unfold(phone, 'clauses')
        await phone.part('clauses').locator('.entry-open').click()
        await phone.write('条款内容', words, phone.sheet())
        await sheetDone(phone)
        await phone.saved()
      }
      await worker.online()
      await colleague.online()
      await openMediation(worker)
      await worker.page.locator('[data-test="to-unsettled"]').waitFor()
      assert.equal(await worker.page.locator('[data-test="begin-signing"]').count(), 0)
      const choice = worker.page.locator('[data-test="unsettled"] [data-test="settle"]')
      await choice.getByText('钱雨澜').waitFor()
      await look.phone(worker.page, 'mediation unsettled')
      await choice.locator('li', { hasText: '晚上九点以后不施工' }).getByRole('button', { name: '用这个' }).click()
      await worker.page.locator('[data-test="begin-signing"]').waitFor()
      await worker.part('clauses').getByText('晚上九点以后不施工').waitFor()
      done()
    })

    step('one refuses with a reason, one signs on paper', async () => {
      const { page } = worker
      await page.locator('[data-test="begin-signing"]').click()
      await page.locator('[data-test="have-read"]').click()
      await page.locator('[data-test="refuse"]').click()
      await page.getByLabel('为什么不签').fill('还要再想想')
      await page.locator('[data-test="refuse-confirm"]').click()
      await page.getByText('已记下：张桂兰 拒绝签字').waitFor()
      await page.locator('[data-test="next-signer"]').click()
      await page.locator('[data-test="have-read"]').click()
      await page.locator('[data-test="on-paper"]').click()
      await see(worker, 'mediation on paper')
      await worker.pickPhoto('signed_paper', await picture(world.path('signed.png'), { colour: [200, 200, 190], noise: 20 }))
      await page.getByText('李建国 已签字').waitFor()
      await page.locator('[data-test="signing-close"]').click()
      await signers(worker).filter({ hasText: '张桂兰' }).getByText('还要再想想').waitFor()
      await signers(worker).filter({ hasText: '李建国' }).getByText('纸上签').waitFor()
      await look.phone(page, 'mediation refused')
      done()
    })
  })
