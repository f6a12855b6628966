// The second case of the article: a food market is being done up below flats, and the neighbours want the work stopped.
// Mediator, community secretary and the neighbours' representative each work on a phone of their own.

import assert from 'node:assert/strict'
import { Inspection } from '../support/inspect.mjs'
import { seesPictures, stillness } from '../support/eyes.mjs'
import { picture } from '../support/pictures.mjs'
import { story } from '../support/runner.mjs'

const TITLE = '菜市场装修，业主要求停工'
const ADDRESS = '七一路和风雅苑小区 5 号楼底商'
const COMMITTEE = '和平社区人民调解委员会'
const FACTS = '菜市场按计划装修升级，大清早就开始施工，噪声扰民，周边业主要求停工。'
const MARKET = '七一路菜市场'
const PERSON = '张文清'
const REPRESENTS = '和风雅苑 5 号楼业主'
const WORDS = {
  market: '请让我们按计划把市场装修完',
  owners: '不反对装修，但要减少噪声，早上不要施工',
  unit: '和风雅苑物业公司',
  asked: '能不能错开早晚进料',
  answer: '可以，改在下午进料',
  said: '停工一天损失很大，进退两难。',
  answered: '大清早就开始装修，噪声特别大。',
  came: '李佳',
  absent: '刘宁',
  why: '出差',
  clause: '早上八点以前、晚上七点以后不施工，电钻加装隔音罩',
  wrong: '写到一半',
  breach: '今天早上六点半就开始用电钻',
  found: '七点到现场，工人正在用电钻，已当场叫停',
}

export default (world) =>
  story('The article’s second case', (step) => {
    const look = new Inspection()
    let mediator, secretary, representative, desk, ticket, doc

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    const size = (phone, width, height = 800) => phone.page.setViewportSize({ width, height })
    const sheetDone = async (phone) => {
      await phone.sheet().getByRole('button', { name: '完成' }).click()
      await phone.sheet().waitFor({ state: 'hidden' })
    }
    const see = async (phone, name) => {
      await stillness(phone.sheet())
      await look.phone(phone.page, name, { sheet: true })
    }
    const standing = (phone) => phone.page.locator('[data-test="standing"]')
    const openMediation = async (phone) => {
      await phone.open(`/visit/${doc}`)
      await standing(phone).waitFor()
    }
    const openOwn = async (phone = representative) => {
      await phone.open('/mediations')
      await phone.page.locator('[data-test="mediation"]').click()
      await phone.page.locator('[data-test="own-standing"]').waitFor()
    }
    /** Writes a name on the glass, each in a hand of its own. */
    let hands = 0
    const write = async (phone) => {
      const glass = phone.page.locator('[data-test="glass"]')
      await glass.waitFor()
      await stillness(phone.sheet())
      const box = await glass.boundingBox()
      const { mouse } = phone.page
      const hand = (hands += 1)
      const at = (x, y) => [box.x + box.width * x, box.y + box.height * y]
      for (let stroke = 0; stroke < 3; stroke++) {
        await mouse.move(...at(0.12 + stroke * 0.28, 0.2 + hand * 0.015))
        await mouse.down()
        for (let i = 1; i <= 8; i++) await mouse.move(...at(0.12 + stroke * 0.28 + i * 0.025, 0.2 + hand * 0.015 + Math.abs(Math.cos(i)) * 0.4))
        await mouse.up()
      }
    }
    const sign = async (phone, name) => {
      const { page } = phone
      await page.getByRole('heading', { name: `${name} 签字` }).waitFor()
      for (const words of [FACTS, WORDS.market, WORDS.owners, WORDS.clause, '每天 08:00 到 19:00']) await page.locator('[data-test="paper"]').getByText(words).first().waitFor()
      await page.locator('[data-test="have-read"]').click()
      await write(phone)
      await page.locator('[data-test="sign-confirm"]').click()
      await page.locator('[data-test="signed"]').getByText(`${name} 已签字`).waitFor()
    }
    const region = (name) => desk.page.getByRole('region', { name, exact: true })

    step('the mediator writes both sides down and lets the neighbours’ representative in', async () => {
      desk = await world.desk()
      world.words.push(TITLE, ADDRESS, COMMITTEE, FACTS, MARKET, PERSON, REPRESENTS, ...Object.values(WORDS))
      ticket = await world.ticket({ number: 'SQ-20261124-631', title: TITLE, address: ADDRESS })
      mediator = await world.working('worker')
      // A secretary works at a desk too, and chooses the own password there before a phone can be enrolled.
      const own = await world.newDesk('secretary')
      await own.signIn({ username: 'he.jg', password: world.passwords.get('he.jg') })
      await own.stop()
      secretary = await world.working('secretary')
      await size(mediator, 412)
      await mediator.page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      await mediator.page.getByRole('button', { name: '开始调解' }).click()
      await standing(mediator).getByText('起草中').waitFor()
      doc = new URL(mediator.page.url()).hash.split('/').at(-1)
      for (const [side, name, represents] of [['申请方', MARKET, ''], ['被申请方', PERSON, REPRESENTS]]) {
        await mediator.part('parties').getByRole('button', { name: `加${side}`, exact: true }).click()
        await mediator.write('姓名或名称', name, mediator.sheet())
        if (represents) {
          await mediator.write('代表谁', represents, mediator.sheet())
          await mediator.choose('授权方式', '签名表', mediator.sheet())
        }
        await sheetDone(mediator)
      }
      // Without a network there is no code, and nothing that was written is lost.
      await mediator.offline()
      await mediator.part('parties').getByRole('button', { name: `让${PERSON}用自己的手机` }).click()
      await see(mediator, 'representative asked')
      assert.equal(await mediator.page.getByLabel('业主代表姓名').inputValue(), PERSON)
      await mediator.sheet().locator('[data-test="representative-ask"]').click()
      await mediator.sheet().getByText('现在连不上办公室，还拿不到登记码').waitFor()
      await see(mediator, 'representative offline')
      await mediator.online()
      const [answer] = await Promise.all([
        mediator.page.waitForResponse((response) => response.url().endsWith('/representatives') && response.ok()),
        mediator.sheet().locator('[data-test="representative-ask"]').click(),
      ])
      const { code, url } = await answer.json()
      assert.equal((await mediator.sheet().locator('[data-test="representative-code"]').innerText()).replace(/\s+/g, '-'), code)
      await see(mediator, 'representative code')
      await mediator.sheet().locator('[data-test="representative-done"]').click()
      await mediator.part('parties').getByText('用自己的手机', { exact: true }).waitFor()
      await mediator.chip('chip.done')

      representative = world.phone('representative')
      await representative.start()
      await size(representative, 320, 640)
      await representative.page.goto(url)
      await representative.page.getByText('登记码格式正确').waitFor()
      assert.equal(await representative.page.getByLabel('您的密码', { exact: true }).count(), 0)
      await look.phone(representative.page, 'representative enrols')
      await representative.enrolAsRepresentative(url)
      await look.phone(representative.page, 'representative first')
      done()
    }, 120_000)

    step('their phone tells in one page what it is for, and shows their mediation and nothing else', async () => {
      const { page } = representative
      await page.getByRole('link', { name: '进入我的调解' }).click()
      await page.locator('[data-test="guide"]').waitFor()
      await look.phone(page, 'representative guide')
      await page.locator('[data-test="guide-read"]').click()
      const card = page.locator('[data-test="mediation"]')
      await card.getByText(`${MARKET}、${PERSON}`).waitFor()
      await card.getByText('双方还在商量，还没有人签字。').waitFor()
      await look.phone(page, 'representative home')
      const tabs = page.getByRole('navigation', { name: '主菜单' }).getByRole('link')
      assert.deepEqual((await tabs.allInnerTexts()).map((text) => text.trim()), ['我的调解', '同步', '我的'])
      // No typed address leads anywhere else.
      for (const path of ['/tasks', '/patrol', '/records', `/ticket/${ticket}`]) {
        await representative.open(path)
        await card.waitFor()
        assert.match(page.url(), /#\/mediations$/)
      }
      await representative.open(`/visit/${doc}`)
      await page.locator('[data-test="own-standing"]').waitFor()
      assert.match(page.url(), new RegExp(`#/mediation/${doc}$`))
      assert.equal(await page.getByRole('button', { name: /^加|签名|反映/ }).count(), 0)
      await page.getByText('调解员还在填写').waitFor()
      done()
    })

    step('offline both sides are heard: the mediator writes the market’s claim, the secretary the owners’ and asks the property company', async () => {
      await openMediation(secretary)
      await size(secretary, 360)
      for (const phone of [mediator, secretary, representative]) await phone.offline()
      await mediator.page.getByRole('button', { name: `加${MARKET}的诉求` }).click()
      await mediator.write('诉求内容', WORDS.market, mediator.sheet())
      await sheetDone(mediator)
      await secretary.page.getByRole('button', { name: `加${PERSON}的诉求` }).click()
      await secretary.write('诉求内容', WORDS.owners, secretary.sheet())
      await sheetDone(secretary)
      await secretary.page.getByRole('button', { name: '问一个单位' }).click()
      await secretary.write('单位', WORDS.unit, secretary.sheet())
      await secretary.write('询问内容', WORDS.asked, secretary.sheet())
      await secretary.write('答复', WORDS.answer, secretary.sheet())
      await sheetDone(secretary)
      await secretary.part('consultations').getByText(WORDS.answer).waitFor()
      await mediator.saved()
      await secretary.saved()
    })

    step('at the meeting both speak, one owner signs in, another one is missing with a reason', async () => {
      const { page } = mediator
      await page.getByRole('button', { name: '开始一场调解会' }).click()
      await mediator.choose('现场情绪', '平和', mediator.sheet())
      await sheetDone(mediator)
      for (const [who, words] of [[MARKET, WORDS.said], [PERSON, WORDS.answered]]) {
        await page.getByRole('button', { name: '记一段陈述' }).click()
        await mediator.choose('陈述方', who, mediator.sheet())
        await mediator.write('陈述内容', words, mediator.sheet())
        await sheetDone(mediator)
      }
      for (const name of [WORDS.came, WORDS.absent]) {
        await page.getByRole('button', { name: '邀请一位到场' }).click()
        await mediator.write('姓名', name, mediator.sheet())
        await mediator.write('代表谁', REPRESENTS, mediator.sheet())
        if (name === WORDS.absent) {
          await mediator.choose('到场情况', '没有来', mediator.sheet())
          await mediator.write('缺席原因', WORDS.why, mediator.sheet())
        }
        await sheetDone(mediator)
      }
      await page.getByRole('button', { name: `${WORDS.came} 签到` }).click()
      await write(mediator)
      await page.locator('[data-test="attend-confirm"]').click()
      const meeting = mediator.part('sessions')
      await meeting.getByText('已签到').waitFor()
      await meeting.getByText('没有来').waitFor()
      await meeting.getByText(WORDS.why).waitFor()
    })

    step('both phones meet, and the agreement gets its clause with hours and a spot check', async () => {
      await secretary.online()
      await mediator.online()
      const { page } = mediator
      await mediator.part('claims').getByText(WORDS.owners).waitFor()
      await mediator.part('consultations').getByText(WORDS.unit).waitFor()
      await page.getByRole('button', { name: '加一条协议' }).click()
      const sheet = mediator.sheet()
      await sheet.getByRole('button', { name: `${PERSON}：${WORDS.owners}` }).click()
      await mediator.choose('履行方', MARKET, sheet)
      await mediator.write('条款内容', WORDS.clause, sheet)
      for (const day of ['周一', '周二', '周三', '周四', '周五', '周六', '周日']) await sheet.getByRole('button', { name: day, exact: true }).click()
      await mediator.write('每天从', '08:00', sheet)
      await mediator.write('每天到', '19:00', sheet)
      await mediator.choose('第一次抽查', '三天后', sheet)
      await sheetDone(mediator)
      await mediator.part('clauses').getByText('每天 08:00 到 19:00').waitFor()
      await mediator.choose('文书种类', '人民调解协议书')
      await mediator.write('调解委员会', COMMITTEE)
      await mediator.write('主要事实', FACTS)
      await mediator.part('paper').locator('.entry-open').first().click()
      await mediator.choose('人民调解员', '是', mediator.sheet())
      await sheetDone(mediator)
      await page.locator('[data-test="rights"]').click()
      await mediator.sheet().locator('[data-test="rights-given"]').click()
      await mediator.sheet().waitFor({ state: 'hidden' })
      await page.locator('[data-test="begin-signing"]').waitFor()
      await mediator.chip('chip.done')
      await openMediation(secretary)
      await secretary.part('clauses').getByText(WORDS.clause).waitFor()
      // The last thing that was filled in is there too.
      await secretary.page.locator('[data-test="sign-committee"]').waitFor()
    })

    step('the representative reads on the own phone what was agreed, and is told that a signature waits', async () => {
      await representative.online()
      await representative.open('/mediations')
      const { page } = representative
      await page.locator('[data-test="waits-sign"]').getByText('等您签名').waitFor()
      await look.phone(page, 'representative waits')
      await openOwn()
      const clause = page.locator('[data-test="clause"]')
      for (const words of [WORDS.clause, '每天 08:00 到 19:00', MARKET]) await clause.getByText(words).first().waitFor()
      await look.phone(page, 'representative agreed')
      done()
    })

    step('with no network on any of the three phones everybody signs', async () => {
      for (const phone of [mediator, secretary, representative]) await phone.offline()
      const { page } = representative
      await page.locator('[data-test="own-sign-button"]').click()
      await see(representative, 'representative paper')
      await sign(representative, PERSON)
      assert.equal(await page.locator('[data-test="next-signer"]').count(), 0)
      await see(representative, 'representative signed')
      await page.locator('[data-test="signing-close"]').click()
      await page.locator('[data-test="own-signers"] > li', { hasText: PERSON }).getByText('已签', { exact: true }).waitFor()
      await page.locator('[data-test="own-unsent"]').waitFor()
      await mediator.page.locator('[data-test="begin-signing"]').click()
      await sign(mediator, MARKET)
      await mediator.page.locator('[data-test="signing-close"]').click()
      await mediator.page.locator('[data-test="sign-mediator"]').click()
      await sign(mediator, mediator.person)
      await mediator.page.locator('[data-test="signing-close"]').click()
      await secretary.page.locator('[data-test="sign-committee"]').click()
      await secretary.page.locator('[data-test="have-read"]').click()
      await secretary.pickPhoto('signed_paper', await picture(world.path('seal.png'), { colour: [190, 60, 60], noise: 20 }))
      await secretary.page.locator('[data-test="signed"]').waitFor()
      await secretary.page.locator('[data-test="signing-close"]').click()
      await standing(mediator).getByText('部分签字').waitFor()
      done()
    })

    step('once all three were online the agreement is in effect on each of them', async () => {
      for (const phone of [mediator, secretary, representative]) await phone.online()
      for (const phone of [mediator, secretary]) {
        await openMediation(phone)
        await standing(phone).getByText('已生效').waitFor()
        await phone.chip('chip.done')
      }
      await openOwn()
      await representative.page.locator('[data-test="own-standing"]').getByText('已生效').waitFor()
      await representative.page.locator('[data-test="due"]').getByText('办公室去抽查').waitFor()
      await representative.chip('chip.done')
      await look.phone(representative.page, 'representative effective')
      done()
    })

    step('the office sees who represents whom, prints the agreement, and the paper is genuine', async () => {
      const { page } = desk
      await page.goto('about:blank')
      await desk.open(`/mediations/${doc}`)
      await page.getByText('第 1 版，已签全').waitFor()
      await region('业主代表').getByText(PERSON).waitFor()
      await region('业主代表').getByText('手机已登记').waitFor()
      await look.office(page, 'office representative')
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator('[data-test="paper"]').click()])
      const paper = world.path('agreement.pdf')
      await download.saveAs(paper)
      assert.equal((await world.hub.command('mediation', 'verify', paper)).verdict, 'holds')
      done()
    })

    step('later the representative finds it broken, without a network: words, a picture, a second thought', async () => {
      await representative.offline()
      await representative.stop()
      await representative.start()
      await size(representative, 320, 640)
      await openOwn()
      const screen = representative.page
      await screen.locator('[data-test="report-clause"]').click()
      await representative.write('什么时候，怎么回事', WORDS.wrong, representative.sheet())
      await see(representative, 'representative report')
      await representative.sheet().locator('[data-test="report-later"]').click()
      await screen.locator('[data-test="report-go-on"]').click()
      assert.equal(await screen.getByLabel('什么时候，怎么回事').inputValue(), WORDS.wrong)
      await representative.write('什么时候，怎么回事', WORDS.breach, representative.sheet())
      await representative.pickPhoto('performance', await picture(world.path('drill.png'), { colour: [140, 140, 150], noise: 40 }))
      await representative.sheet().getByText('照片已存手机').waitFor()
      await see(representative, 'representative report pictured')
      await representative.sheet().locator('[data-test="report-give"]').click()
      await screen.locator('[data-test="report-undo"]').click()
      await screen.locator('[data-test="report-go-on"]').click()
      await representative.sheet().locator('[data-test="report-give"]').click()
      await screen.locator('[data-test="report-leaving"]').getByText(WORDS.breach).waitFor()
      const report = screen.locator('[data-test="report"]')
      await report.getByText(WORDS.breach).waitFor()
      await report.getByText('未到办公室').waitFor()
      await report.getByText('还没有核查').waitFor()
      await look.phone(screen, 'representative reported')
      done()
    })

    step('it arrives with its picture, and the mediator records in two taps what was found', async () => {
      await representative.online()
      await representative.page.locator('[data-test="report"]').getByText('已到办公室').first().waitFor()
      await representative.chip('chip.done')
      const { page } = desk
      await region('业主代表的反映').getByText(WORDS.breach).waitFor()
      await page.getByText('待履行', { exact: true }).first().waitFor()
      assert.equal(await seesPictures(region('业主代表的反映').locator('img')), 1)
      await look.office(page, 'office report')
      await openMediation(mediator)
      await standing(mediator).getByText('待履行').waitFor()
      const open = mediator.part('reports')
      await open.getByText('有 1 条反映还没有人去看').waitFor()
      await open.getByText(WORDS.breach).waitFor()
      await seesPictures(open.locator('img'))
      await look.phone(mediator.page, 'mediator report')
      await mediator.offline()
      await open.locator('[data-test="report-breached"]').click()
      await mediator.write('说明', WORDS.found, mediator.sheet())
      await see(mediator, 'mediator check')
      await mediator.sheet().locator('[data-test="check-keep"]').click()
      await standing(mediator).getByText('违约').waitFor()
      await open.getByText(WORDS.found).waitFor()
      await mediator.online()
      await mediator.chip('chip.done')
      done()
    })

    step('the representative hears what was found, and the ticket tells all of it', async () => {
      const report = representative.page.locator('[data-test="report"]')
      await report.getByText('办公室已核查').waitFor()
      await report.locator('[data-test="report-found"]').getByText(WORDS.found).waitFor()
      await report.getByText('没有遵守').first().waitFor()
      await look.phone(representative.page, 'representative answered')
      const { page } = desk
      await page.goto('about:blank')
      await desk.open(`/tickets/${ticket}`)
      const told = region('办理过程')
      for (const sentence of ['开始调解', `征询${WORDS.unit}`, '调解协议生效', '业主代表反映没做到', '调解协议未被遵守']) await told.getByText(sentence, { exact: true }).first().waitFor()
      assert.equal(await told.getByText('业主代表反映没做到', { exact: true }).count(), 1)
      done()
    })

    for (const [width, label] of [[320, '特大'], [412, '大']]) {
      step(`the representative’s pages hold at ${width} px with ${label === '大' ? 'large' : 'the largest'} text`, async () => {
        await size(representative, width)
        await representative.open('/me')
        await representative.choose('文字大小', label)
        await look.phone(representative.page, `representative me ${width}`)
        await representative.open('/mediations')
        await representative.page.locator('[data-test="mediation"]').waitFor()
        await look.phone(representative.page, `representative home ${width}`)
        await representative.page.locator('[data-test="guide-again"]').click()
        await look.phone(representative.page, `representative guide ${width}`)
        await representative.page.locator('[data-test="guide-read"]').click()
        await openOwn()
        await look.phone(representative.page, `representative page ${width}`)
        await representative.page.locator('[data-test="report-begin"]').click()
        await see(representative, `representative report ${width}`)
        done()
      })
    }

    step('in English nothing is left in Chinese but what people wrote', async () => {
      const { page } = representative
      await size(representative, 360)
      await representative.open('/me')
      await page.getByRole('button', { name: /English/ }).click()
      await page.getByText('Text size', { exact: true }).waitFor()
      await look.language(page, 'representative me', 'en', world.words)
      await representative.open('/mediations')
      await page.locator('[data-test="mediation"]').waitFor()
      await look.language(page, 'representative home', 'en', world.words)
      await page.locator('[data-test="guide-again"]').click()
      await look.language(page, 'representative guide', 'en', world.words)
      await look.phone(page, 'representative guide English')
      await page.locator('[data-test="guide-read"]').click()
      await openOwn()
      await look.language(page, 'representative page', 'en', world.words)
      await look.phone(page, 'representative page English')
      await page.locator('[data-test="report-begin"]').click()
      await representative.sheet().waitFor()
      await look.language(page, 'representative report', 'en', world.words)
      await see(representative, 'representative report English')
      await representative.open('/me')
      await page.getByRole('button', { name: /中文/ }).click()
      await page.getByText('文字大小', { exact: true }).waitFor()
      done()
    })

    step('another code is for another phone; whoever is taken out keeps what was said and gets nothing new', async () => {
      const { page } = mediator
      await mediator.open('/me')
      await mediator.choose('文字大小', '特大')
      await size(mediator, 320)
      await openMediation(mediator)
      await mediator.part('parties').locator('[aria-expanded="false"]').click()
      await look.phone(page, 'mediator parties 320')
      await mediator.part('parties').getByRole('button', { name: `${PERSON}的手机` }).click()
      await see(mediator, 'representative again 320')
      const [answer] = await Promise.all([
        page.waitForResponse((response) => response.url().endsWith('/representatives') && response.ok()),
        mediator.sheet().locator('[data-test="representative-ask"]').click(),
      ])
      const { url } = await answer.json()
      await mediator.sheet().locator('[data-test="representative-code"]').waitFor()
      await see(mediator, 'representative code 320')
      await mediator.sheet().locator('[data-test="representative-done"]').click()
      await mediator.sheet().waitFor({ state: 'hidden' })
      await mediator.part('parties').getByRole('button', { name: `${PERSON}的手机` }).click()
      await mediator.sheet().locator('[data-test="representative-end"]').click()
      await page.getByText(`${PERSON}的手机上不再收到这次调解的新内容`).waitFor()
      await page.getByRole('button', { name: '停用', exact: true }).click()
      await mediator.part('parties').getByRole('button', { name: `让${PERSON}用自己的手机` }).waitFor()
      await mediator.chip('chip.done')
      await mediator.open('/me')
      await mediator.choose('文字大小', '标准')
      await openOwn()
      await representative.page.getByText('您现在不是这次调解的业主代表').waitFor()
      await representative.page.locator('[data-test="report"]').getByText(WORDS.found).waitFor()
      assert.equal(await representative.page.locator('[data-test="report-begin"], [data-test="own-sign-button"], [data-test="report-clause"]').count(), 0)
      await look.phone(representative.page, 'representative taken out')
      const spare = world.phone('spare')
      await spare.start()
      await spare.enrolAsRepresentative(url)
      await spare.page.getByRole('link', { name: '进入我的调解' }).click()
      await spare.page.locator('[data-test="guide-read"]').click()
      await spare.page.locator('[data-test="no-mediations"]').getByText('这里还没有调解').waitFor()
      await look.phone(spare.page, 'representative nothing yet')
      await spare.page.locator('[data-test="refresh"]').click()
      await spare.page.getByText('已和办公室同步').waitFor()
      await spare.stop()
      done()
    })
  })
