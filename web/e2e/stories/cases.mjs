// The first and the third case of the article: an old courtyard without a property company whose stairwells are full of things, and
// a market whose network is down. Each goes from the call to the evaluation, by everybody whose part it is.

import assert from 'node:assert/strict'
import { Inspection } from '../support/inspect.mjs'
import { seesPictures } from '../support/eyes.mjs'
import { picture } from '../support/pictures.mjs'
import { story } from '../support/runner.mjs'
import { approve, bar, clockSays, form, give, openTicket, part, send, stepSays, strip, told, writeCauses } from '../support/ticket.mjs'

const DAY = 86_400_000
/** A day of the office's calendar, that many days from now. */
const day = (ahead) => new Date(Date.now() + ahead * DAY + 8 * 3_600_000).toISOString().slice(0, 10)

const SECTION = '应急管理科'
const TEAM = '应企快处专班'
const PARTY = '某通信公司'
const PARTY_CONTACT = '客户经理值班电话'
/** Who works on the cases besides the reviewer: username, name, role, unit. */
const HOTLINE = ['han.xue', '韩雪', 'hotline_worker']
const POLICE = ['ma.jun', '马骏', 'police', '370105099001']
const HANDLER = { username: 'gao.fei', name: '高飞', role: 'section_handler' }
const MEMBER = { username: 'xu.jc', name: '许佳成', role: 'enterprise_team' }
const COLLEAGUE = { username: 'tang.yi', name: '唐毅', role: 'enterprise_team' }

const YARD = { number: 'SQ-20261124-851', title: '老旧小区公共通道堆放易燃杂物', address: '黄台南路 69 号院', requester: '李女士', phone: '13800002211' }
const YARD_WORDS = {
  request: '69号院的公共通道堆放了一些易燃的杂物，很容易造成火灾，希望相关部门尽快清理。',
  given: '没有物业，请先到现场看清是谁家的，再劝导清理。',
  called: '诉求人说二号楼最严重，下班后在家',
  help: '请派人到院里讲解占用公共通道的危害',
  helped: '已上门讲解，楼道口贴了消防通告',
  household: '2 号楼 1 单元 301',
  stairwell: '1 单元',
  seen: '院内没有物业，几个楼道间都堆放着纸箱和旧家具。',
  talked: '和党员、楼道长、片警多次上门，讲清占用公共通道的危害，住户同意清理。',
  result: '杂物已清走，小区其他楼道里的也一并清理。',
  moved: '住户和工作人员',
  demand: '三天内清完并书面回复，防止再堆',
  answer: '已全部清走，每周巡查一次',
  why: '现场属实，堆放物易燃',
  told: '您反映的公共通道堆放杂物已经清理，其他楼道也一并清理，感谢监督。',
  platform: '经现场核查属实。社区发动党员、楼道长、网格员、片警多次上门，杂物已全部清理。',
  happy: '清得很干净',
  cause: '物业履职不到位',
}
const YARD_FILE = `工单编号,标题,内容,派发时间,办理时限,地址,社区,紧急程度,诉求人,联系电话
${YARD.number},${YARD.title},${YARD_WORDS.request},${day(-1)} 10:00,${day(30)},${YARD.address},和平社区,紧急,${YARD.requester},${YARD.phone}
`

const MARKET = { title: '茶叶批发市场宽带故障网络卡顿', address: '黄台茶叶批发市场 2 号楼', requester: '闫女士', phone: '13800003322', enterprise: '某某茶行', code: '92370105MA0000015J', market: '黄台茶叶批发市场', scope: '整栋楼的商户' }
const MARKET_WORDS = {
  request: '茶叶批发市场的移动宽带好像坏了，整栋楼的通信讯号较差，网络卡顿，不知道应该找谁处理。',
  called: '约好一小时内到市场，商户都在店里',
  seen: '弱电间交换机多路告警，整栋楼网络时断时续。',
  opinion: '已到现场了解情况，正在召集通信公司、供电局和物业商量方案，十个工作日内解决。',
  opinion_platform: '两小时内已到现场，正在召集各方商量方案，十个工作日内办结。',
  first: '更换弱电间交换机，当晚闭市后施工',
  second: '从隔壁楼临时拉线，先恢复收款',
  because: '一次解决整栋楼，不用二次施工，商户都同意',
  step: '更换交换机并逐层测速',
  owner: '通信公司张工',
  watch: '施工时开弱电间、断电配合',
  watcher: '市场物业李经理',
  ask: '请派人更换交换机，并检查整栋楼的讯号',
  promise: '明天闭市后换好',
  replaced: '交换机已更换，各层测速正常',
  done: '各层测速正常，商户收款恢复',
  confirmed: '网络恢复流畅，收款正常',
  why: '设备老化，整栋楼受影响',
  told: '交换机已更换，网络恢复流畅，后续有问题可直接联系专班。',
  happy: '当天就有人来，很快',
  cause: '设施缺少',
}

export default (world) =>
  story('The article’s first and third cases', (step) => {
    const look = new Inspection()
    let desk, hotline, handler, member, colleague, worker, phone, yard, market

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    const hire = async (person, unit) => {
      const { items } = await desk.call('GET', '/units')
      const { initial_password } = await desk.call('POST', '/people', { ...person, units: [items.find(({ name }) => name === unit).id] })
      world.passwords.set(person.username, initial_password)
    }
    const addUnit = async (kind, name) => {
      await desk.page.getByRole('button', { name: '添加科室或专班' }).click()
      const dialog = desk.page.getByRole('dialog', { name: '添加科室或专班' })
      await dialog.getByLabel(kind, { exact: true }).check()
      await dialog.getByLabel('名称', { exact: true }).fill(name)
      await dialog.getByRole('button', { name: '添加科室或专班' }).click()
      await dialog.waitFor({ state: 'detached' })
    }
    /** The office reads what came in from the field, looks at its photos, and approves it. */
    const approveVisit = async (title, photos) => {
      const { page } = desk
      await page.goto('about:blank')
      await desk.open('/reviews')
      await page.getByRole('link', { name: title }).click()
      await page.getByRole('button', { name: '通过', exact: true }).waitFor()
      // Pictures are fetched when they come into sight.
      await page.locator('figure').nth(photos - 1).waitFor()
      for (const photo of await page.locator('figure').all()) {
        await photo.scrollIntoViewIfNeeded()
        await photo.locator('img').waitFor()
      }
      assert.equal(await seesPictures(page.locator('figure img')), photos)
      await page.getByRole('button', { name: '通过', exact: true }).click()
      await page.getByRole('dialog', { name: '通过这次走访' }).getByRole('button', { name: '确认通过' }).click()
      await page.getByText('记录已锁定').waitFor()
    }
    /** Who wrote a feedback, who approves it and who registers that it went out are three turns of two people at least. */
    const toldBy = async (writer, addressees) => {
      for (const [addressee, words] of addressees) {
        await bar(writer.page).getByRole('button', { name: `拟写反馈（${addressee}）` }).click()
        await send(writer.page, '拟写反馈', { texts: { 正文: words } })
      }
      // A form that was opened before somebody else's turn came in asks to look first.
      for (const [addressee] of addressees) await bar(desk.page).getByRole('button', { name: `反馈审核通过（${addressee}）` }).waitFor()
      for (const [addressee] of addressees) await approve(desk.page, addressee)
      for (const [addressee] of addressees) await bar(hotline.page).getByRole('button', { name: `登记已反馈（${addressee}）` }).waitFor()
      for (const [addressee, , means] of addressees) await told(hotline.page, addressee, means)
    }
    const callAnalyseClose = async (words, cause) => {
      const { page } = hotline
      await bar(page).getByRole('button', { name: '回访', exact: true }).click()
      await send(page, '回访', { choices: { 方式: '电话', 服务: '满意', 结果: '满意', 解决了吗: '已解决' }, texts: { '诉求人怎么说（可不填）': words } })
      await stepSays(page, /^回访：已完成，韩雪/)
      await bar(page).getByRole('button', { name: '分析', exact: true }).click()
      await writeCauses(page, [cause])
      await send(page, '分析')
      await part(page, '分析').getByText(cause, { exact: true }).waitFor()
      await bar(page).getByRole('button', { name: '办结', exact: true }).click()
      await send(page, '办结')
      await stepSays(page, /^评价：已完成/)
      await part(page, '评价').getByText('100 分', { exact: true }).waitFor()
    }
    /** Each of the ten steps has its record, or says why it is not wanted; answers those that are not. */
    const tenSteps = async (id) => {
      const { strip: steps } = await desk.call('GET', `/tickets/${id}`)
      assert.equal(steps.length, 10)
      for (const one of steps) assert.ok(one.state === 'done' ? one.done.n > 0 : one.state === 'not_applicable' && one.reason, JSON.stringify(one))
      return steps.filter((one) => one.state !== 'done').map((one) => one.step)
    }

    step('the office has a section and a team, and people of both at desks', async () => {
      desk = await world.desk()
      const people = [...HOTLINE.slice(0, 2), ...POLICE.slice(0, 2), ...[HANDLER, MEMBER, COLLEAGUE].flatMap(({ username, name }) => [username, name])]
      world.words.push(SECTION, TEAM, PARTY, PARTY_CONTACT, ...people, ...[YARD, YARD_WORDS, MARKET, MARKET_WORDS].flatMap((one) => Object.values(one)))
      await desk.go('人员与设备')
      await addUnit('科室', SECTION)
      await addUnit('专班', TEAM)
      await hire(HANDLER, SECTION)
      await hire(MEMBER, TEAM)
      await hire(COLLEAGUE, TEAM)
      const [username, name, role] = HOTLINE
      const added = await world.hub.command('user', 'add', username, '--name', name, '--role', role)
      hotline = await world.signedIn('hotline', username, added.initial_password)
      const [officer, officerName, officerRole, unit] = POLICE
      await world.hub.command('user', 'add', officer, '--name', officerName, '--role', officerRole, '--unit', unit)
      handler = await world.signedIn('section', HANDLER.username)
    }, 150_000)

    step('first case, 受理, 分类, 交办: the 12345 file brings the courtyard, the hotline takes it, classifies it and gives it to the grid', async () => {
      const { page } = hotline
      await hotline.import('楼道堆物.csv', YARD_FILE, 1)
      yard = (await hotline.call('GET', `/tickets?query=${YARD.number}`)).items[0].id
      await openTicket(hotline, yard, YARD.title)
      await bar(page).getByRole('button', { name: '签收', exact: true }).click()
      await bar(page).getByText('已签收，先分类，再交办。').waitFor()
      await bar(page).getByRole('button', { name: '分类', exact: true }).click()
      await page.getByRole('dialog', { name: '分类', exact: true }).getByRole('button', { name: /^采用建议的类别/ }).click()
      await send(page, '分类', { choices: { 诉求类型: '投诉', 诉求主体: '市民', 紧急程度: '紧急' } })
      await stepSays(page, /^分类：已完成，韩雪/)
      await give(hotline, '网格', '哪个网格', { unit: '和平第一网格', option: '和平社区 · 和平第一网格', note: YARD_WORDS.given })
      await stepSays(page, /^交办：已完成，韩雪/)
      await part(page, '办理').getByRole('button', { name: '首次联系', exact: true }).click()
      await send(page, '首次联系', { choices: { 方式: '电话' }, texts: { '联系情况（可不填）': YARD_WORDS.called } })
      done()
    })

    step('协办: the section is asked to explain the danger, and does', async () => {
      await part(hotline.page, '协办与外部单位').getByRole('button', { name: '请协办', exact: true }).click()
      await send(hotline.page, '请协办', { picks: { 协办单位: SECTION }, texts: { 请他们做什么: YARD_WORDS.help }, quick: ['要求完成时间：明天下班'] })
      await stepSays(hotline.page, /^协办：已完成，韩雪/)
      await openTicket(handler, yard, YARD.title)
      await bar(handler.page).getByRole('button', { name: `协办完成（${SECTION}）` }).click()
      await send(handler.page, '协办完成', { texts: { 办理情况: YARD_WORDS.helped } })
      await part(hotline.page, '协办与外部单位').getByText(YARD_WORDS.helped).waitFor()
    })

    step('offline in the stairwell the grid worker arrives, persuades a household with captain and police, and clears it, with photos', async () => {
      worker = await world.working('worker')
      const { page } = worker
      await page.locator('[data-test="ticket"]', { hasText: YARD.title }).waitFor()
      await worker.offline()
      await worker.open('/tasks')
      await page.locator('[data-test="ticket"]', { hasText: YARD.title }).click()
      await page.getByText(YARD_WORDS.request).waitFor()
      await page.locator('[data-test="work-instruction"]', { hasText: YARD_WORDS.given }).waitFor()
      await look.phone(page, 'phone case one ticket')
      await page.getByRole('button', { name: '开始走访' }).click()
      await page.getByRole('button', { name: '手选地址签到' }).click()
      await worker.choose('为什么手选', '楼道内没信号', worker.sheet())
      await worker.sheet().getByRole('button', { name: '确认签到' }).click()
      await worker.part('arrival').getByText(YARD.address).waitFor()
      await page.getByRole('button', { name: '添加参与人员' }).click()
      for (const name of ['赵大成', POLICE[1]]) await worker.sheet().getByRole('button', { name: new RegExp(name) }).click()
      await worker.sheet().getByRole('button', { name: '完成' }).click()
      await worker.part('people').getByText(POLICE[1]).waitFor()
      // The form fits the matter: it asks about the clutter, and marks what it must know.
      await worker.part('questions').getByRole('heading', { name: '楼道堆物清理' }).waitFor()
      await page.locator('[data-test="submit"]').click()
      const lacking = worker.sheet().locator('[data-test="lacking"]')
      for (const what of ['堆在哪里', '通道还能走人吗', '清理得怎样']) await lacking.getByText(what, { exact: true }).waitFor()
      await look.phone(page, 'phone case one lacking')
      await lacking.getByText('通道还能走人吗', { exact: true }).click()
      await worker.sheet().waitFor({ state: 'hidden' })
      await worker.answer('blocked', '只能一人通过')
      for (const [question, answer] of [['where', '楼道'], ['where', '楼梯间'], ['what', '纸箱废品'], ['owner', '找到了']]) await worker.answer(question, answer)
      await page.locator('[data-test="question-agreed"]').getByRole('button', { name: '今天', exact: true }).click()
      await look.phone(page, 'phone case one questions')
      await worker.choose('发现什么问题', '楼道堆物')
      await worker.choose('在什么地方', '楼道')
      await worker.write('单元', YARD_WORDS.stairwell)
      await worker.choose('严重程度', '严重')
      await worker.photograph('before', await picture(world.path('yard-before.png'), { colour: [130, 80, 50], noise: 20 }))
      // The same household is visited again until it agrees.
      for (const [reaction, again] of [['拒绝', '明天'], ['配合', '']]) {
        await page.getByRole('button', { name: '添加一户' }).click()
        await worker.write('哪一户', YARD_WORDS.household, worker.sheet())
        await worker.choose('住户反应', reaction, worker.sheet())
        if (again) await worker.choose('下次什么时候再去', again, worker.sheet())
        await worker.choose('讲了什么', '讲消防安全', worker.sheet())
        await worker.sheet().getByRole('button', { name: '完成' }).click()
        await worker.part('persuasion').getByText(reaction, { exact: true }).waitFor()
      }
      await page.getByRole('button', { name: '添加一样' }).click()
      await worker.choose('是什么', '纸箱', worker.sheet())
      await worker.write('数量', '20', worker.sheet())
      await worker.choose('现在怎样', '已清走', worker.sheet())
      await worker.sheet().getByRole('button', { name: '完成' }).click()
      await worker.photograph('after', await picture(world.path('yard-after.png'), { colour: [70, 120, 90], noise: 20 }))
      await worker.choose('清理得怎样', '全部清完')
      await worker.write('清走多少', '2')
      await worker.choose('单位', '车', worker.part('cleanup'))
      await worker.write('谁清的', YARD_WORDS.moved)
      await worker.write('看到的情况', YARD_WORDS.seen)
      await worker.write('怎么处理的', YARD_WORDS.talked)
      await worker.write('结果怎样', YARD_WORDS.result)
      await worker.choose('这件事怎么样了', '已解决')
      await worker.saved()
      await look.phone(page, 'phone case one visit')
      await worker.submit()
      await worker.online()
      await worker.chip('chip.done')
      await bar(hotline.page).getByText('已报结或已提交走访记录，等街道热线办审核。').waitFor()
      done()
    }, 150_000)

    step('督办: the office demands an answer, the community secretary gives it in writing, the office closes it', async () => {
      const { page } = desk
      await openTicket(desk, yard, YARD.title)
      await part(page, '督办').getByRole('button', { name: '督办', exact: true }).click()
      await send(page, '督办', { choices: { 督办级别: '督办', 原因: '安全隐患' }, texts: { 督办要求: YARD_WORDS.demand }, quick: ['回复期限：三天后'] })
      const secretary = await world.signedIn('secretary', 'he.jg')
      await openTicket(secretary, yard, YARD.title)
      await bar(secretary.page).getByRole('button', { name: '回复督办' }).click()
      await send(secretary.page, '回复督办', { texts: { 书面回复: YARD_WORDS.answer } })
      await secretary.stop()
      await part(page, '督办').getByText(YARD_WORDS.answer).waitFor()
      await bar(page).getByRole('button', { name: '督办办结' }).click()
      await send(page, '督办办结')
      await stepSays(page, /^督办：已完成，周敏/)
    })

    step('the office approves the visit with both photos, and finds the request reasonable by them', async () => {
      await approveVisit(YARD.title, 2)
      const { page } = desk
      await openTicket(desk, yard, YARD.title)
      await bar(page).getByText('已审核，请认定诉求是否合理，再拟写反馈。').waitFor()
      await bar(page).getByRole('button', { name: '诉求认定', exact: true }).click()
      await send(page, '诉求认定', { choices: { 认定结果: '合理' }, texts: { 认定理由: YARD_WORDS.why, '依据（可不填）': '走访记录\n清理前后的照片' } })
      await part(page, '诉求认定').getByText('清理前后的照片').waitFor()
      world.words.push('走访记录', '清理前后的照片')
      await look.office(page, 'office case one found')
      done()
    })

    step('反馈, 回访, 分析, 评价: requester and platform are told, the caller is asked, and the ten steps have their record or their reason', async () => {
      await toldBy(hotline, [['诉求人', YARD_WORDS.told, '电话'], ['平台', YARD_WORDS.platform, '平台录入']])
      await stepSays(hotline.page, /^反馈：已完成，韩雪/)
      await callAnalyseClose(YARD_WORDS.happy, YARD_WORDS.cause)
      await stepSays(hotline.page, '申诉：不适用。没有人申诉。')
      assert.deepEqual(await tenSteps(yard), ['appeal'])
      await clockSays(hotline.page, '办结', '按时完成')
      await openTicket(desk, yard, YARD.title)
      await desk.settled()
      await look.office(desk.page, 'office case one closed')
      const history = part(desk.page, '办理过程')
      for (const sentence of ['导入', '签收了工单', '派给和平第一网格', `请${SECTION}协办`, '完成协办', '督办：安全隐患', '回复督办', '认定诉求：合理', '已发出反馈（平台录入）', '回访了诉求人（电话）', '办结了工单']) await history.getByText(sentence).first().waitFor()
      // What was answered by the form is told by its labels.
      for (const words of ['通道还能走人吗', '只能一人通过']) await history.getByText(words, { exact: true }).first().waitFor()
      for (const words of [YARD_WORDS.household, YARD_WORDS.talked]) await history.getByText(words).first().waitFor()
      done()
    }, 120_000)

    step('third case: an enterprise’s call becomes a ticket at the intake desk, a slip in its credit code is told at the field', async () => {
      const { page } = hotline
      await hotline.go('受理台')
      await page.getByRole('radio', { name: '北园暖心电话' }).check()
      await page.getByLabel('诉求内容').fill(MARKET_WORDS.request)
      await page.getByRole('group', { name: '诉求主体' }).getByLabel('企业', { exact: true }).check()
      const slip = MARKET.code.replace('15', '51')
      for (const [label, text] of [['企业联系人', MARKET.requester], ['联系电话', MARKET.phone], ['地址', MARKET.address], ['企业名称', MARKET.enterprise], ['统一社会信用代码', slip], ['所在市场或园区', MARKET.market], ['影响范围', MARKET.scope]]) await page.getByLabel(label, { exact: true }).fill(text)
      await page.getByText('标题、首接人和时间').click()
      await page.getByLabel('标题', { exact: true }).fill(MARKET.title)
      await look.office(page, 'office case three intake')
      await page.getByRole('button', { name: '登记' }).click()
      await page.getByRole('alert').getByText('统一社会信用代码校验不对').waitFor()
      assert.equal(await page.getByLabel('统一社会信用代码', { exact: true }).getAttribute('aria-invalid'), 'true')
      await page.getByLabel('统一社会信用代码', { exact: true }).fill(MARKET.code)
      await page.getByRole('button', { name: '登记' }).click()
      const told = page.getByRole('status').filter({ hasText: '已登记，编号 自收-' })
      await told.waitFor()
      await told.getByRole('link', { name: '打开工单' }).click()
      await page.getByRole('heading', { level: 1, name: MARKET.title }).waitFor()
      market = new URL(page.url()).hash.split('/').at(-1)
      await part(page, '专项信息').getByText(MARKET.code).waitFor()
      done()
    })

    step('it is an enterprise’s, so 2110 runs: given to the team, its terms stand on the page', async () => {
      const { page } = hotline
      await bar(page).getByText('已签收，先分类，再交办。').waitFor()
      await bar(page).getByRole('button', { name: '分类', exact: true }).click()
      await send(page, '分类', { choices: { 诉求类型: '求助', 诉求主体: '企业', 紧急程度: '一般' } })
      await stepSays(page, /^分类：已完成，韩雪/)
      await give(hotline, '专班', '哪个专班', { unit: TEAM })
      await page.getByText('企业诉求2110').waitFor()
      const { clocks, profile } = await hotline.call('GET', `/tickets/${market}`)
      assert.equal(profile.id, 'enterprise_2110')
      const running = clocks.filter(({ kind, state }) => ['arrival', 'feedback', 'result'].includes(kind) && state === 'running')
      assert.equal(running.length, 3)
      // Two hours to be there, for whoever reads the clock.
      const [arrival] = running
      assert.equal(arrival.due.at - arrival.from, 2 * 3_600_000)
      await page.getByRole('list', { name: '时限', exact: true }).getByText('还没有反馈给诉求人、平台').waitFor()
      await look.office(page, 'office case three terms')
      done()
    })

    step('a member takes it and calls, and the colleague sees who has it', async () => {
      member = await world.signedIn('member', MEMBER.username)
      colleague = await world.signedIn('colleague', COLLEAGUE.username)
      await openTicket(colleague, market, MARKET.title)
      await bar(colleague.page).getByRole('button', { name: '认领', exact: true }).waitFor()
      const { page } = member
      await member.go('工单')
      await page.getByRole('link', { name: MARKET.title }).first().click()
      await bar(page).getByRole('button', { name: '认领', exact: true }).click()
      await part(colleague.page, '办理').getByText(MEMBER.name).first().waitFor()
      await bar(colleague.page).getByRole('button', { name: '认领', exact: true }).waitFor({ state: 'detached' })
      await look.office(colleague.page, 'office case three taken')
      await bar(page).getByRole('button', { name: '首次联系', exact: true }).click()
      await send(page, '首次联系', { choices: { 方式: '电话' }, texts: { '联系情况（可不填）': MARKET_WORDS.called } })
      done()
    })

    step('到达现场: the member’s phone checks in where there is no signal, and the clock is met by its own time', async () => {
      phone = await world.working('team')
      await phone.page.locator('[data-test="ticket"]', { hasText: MARKET.title }).waitFor()
      await phone.offline()
      await phone.open('/tasks')
      await phone.page.locator('[data-test="ticket"]', { hasText: MARKET.title }).click()
      for (const kind of ['arrival', 'feedback', 'result']) await phone.page.locator(`[data-clock="${kind}"][data-state="running"]`).waitFor()
      await look.phone(phone.page, 'phone case three ticket')
      await phone.page.getByRole('button', { name: '开始走访' }).click()
      await phone.page.locator('[data-test="check-in"]:enabled').click()
      await phone.part('arrival').getByText('定位签到').waitFor()
      // A company asks: the form for companies is there, whatever the ticket is filed under.
      await phone.part('questions').getByRole('heading', { name: '企业诉求' }).waitFor()
      await phone.answer('company', MARKET.enterprise)
      await phone.answer('matter', '网络通信')
      await phone.answer('request', MARKET_WORDS.request)
      await phone.answer('business', '部分受影响')
      await phone.write('看到的情况', MARKET_WORDS.seen)
      await phone.photograph('evidence', await picture(world.path('market.png'), { colour: [60, 70, 120], noise: 20 }))
      await phone.saved()
      await phone.online()
      await phone.chip('chip.done')
      await clockSays(member.page, '到达现场', '按时完成')
      await part(member.page, '办理').getByText('首次到场').waitFor()
      done()
    }, 120_000)

    step('反馈意见: the opinion goes to the enterprise and to the platform within the working day', async () => {
      await openTicket(desk, market, MARKET.title)
      await openTicket(hotline, market, MARKET.title)
      await toldBy(member, [['诉求人', MARKET_WORDS.opinion, '电话'], ['平台', MARKET_WORDS.opinion_platform, '平台录入']])
      await clockSays(member.page, '反馈意见', '按时完成')
      await part(member.page, '反馈').getByText(MARKET_WORDS.opinion_platform).waitFor()
    })

    step('方案: two options, one chosen with its reason, its steps with who and by when; an outside party promises', async () => {
      const { page } = member
      for (const words of [MARKET_WORDS.first, MARKET_WORDS.second]) {
        await part(page, '方案').getByRole('button', { name: '提出方案', exact: true }).click()
        await send(page, '提出方案', { texts: { 方案内容: words } })
        await part(page, '方案').getByText(words).waitFor()
      }
      await part(page, '方案').getByRole('button', { name: '选定方案：方案 1' }).click()
      await send(page, '选定方案', { texts: { 选定理由: MARKET_WORDS.because } })
      await part(page, '方案').getByText(MARKET_WORDS.because).waitFor()
      await part(page, '方案').getByText('已选定', { exact: true }).waitFor()
      // A way that was not chosen is nobody's errand.
      assert.equal(await part(page, '方案').getByText('待办', { exact: true }).count(), 0)
      for (const [words, owner] of [[MARKET_WORDS.step, MARKET_WORDS.owner], [MARKET_WORDS.watch, MARKET_WORDS.watcher]]) {
        await part(page, '方案').getByRole('button', { name: '添加步骤', exact: true }).click()
        await send(page, '添加步骤', { texts: { 这一步做什么: words, 负责人: owner }, quick: ['要求完成时间：明天下班'] })
        await part(page, '方案').getByText(words).waitFor()
      }
      await part(page, '协办与外部单位').getByRole('button', { name: '请外部单位', exact: true }).click()
      await send(page, '请外部单位', { texts: { 外部单位名称: PARTY, '联系方式（可不填）': PARTY_CONTACT, 请他们做什么: MARKET_WORDS.ask } })
      const named = `${PARTY}（${PARTY_CONTACT}）`
      await part(page, '协办与外部单位').getByRole('button', { name: `登记承诺：${named}` }).click()
      await send(page, '登记承诺', { texts: { '怎么答应的（可不填）': MARKET_WORDS.promise }, quick: ['答应的时间：明天下班'] })
      await part(page, '协办与外部单位').getByText('承诺', { exact: true }).waitFor()
      await look.office(page, 'office case three plan')
      // Nobody confirms a result whose plan is not done.
      await part(page, '办理').getByRole('button', { name: '结果确认', exact: true }).click()
      const early = await form(page, '结果确认', { choices: { 结果: '解决' }, texts: { 确认人: MARKET.requester, 确认情况: MARKET_WORDS.confirmed } })
      await early.getByRole('button', { name: '结果确认', exact: true }).click()
      await early.getByText('方案里还有步骤没有完成').waitFor()
      await early.getByRole('button', { name: '去“方案”补上' }).click()
      await early.waitFor({ state: 'detached' })
      done()
    }, 120_000)

    step('the outside party is done, the steps are done, and the visit is submitted and approved', async () => {
      const { page } = member
      const named = `${PARTY}（${PARTY_CONTACT}）`
      await part(page, '协办与外部单位').getByRole('button', { name: `外部单位办完：${named}` }).click()
      await send(page, '外部单位办完', { texts: { 办理情况: MARKET_WORDS.replaced } })
      for (const owner of [MARKET_WORDS.owner, MARKET_WORDS.watcher]) {
        await part(page, '方案').getByRole('button', { name: `步骤完成：负责人：${owner}` }).click()
        await send(page, '步骤完成', { texts: { '完成情况（可不填）': MARKET_WORDS.done } })
      }
      await phone.openRecord(MARKET.title)
      await phone.page.getByRole('button', { name: '添加参与人员' }).click()
      await phone.sheet().getByRole('button', { name: new RegExp(COLLEAGUE.name) }).click()
      await phone.sheet().getByRole('button', { name: '完成' }).click()
      await phone.write('结果怎样', MARKET_WORDS.done)
      await phone.choose('这件事怎么样了', '已解决')
      await phone.saved()
      await phone.submit()
      await phone.chip('chip.done')
      await approveVisit(MARKET.title, 1)
    }, 120_000)

    step('the requester confirms the result, is told it, and the ticket closes with every term of 2110 met', async () => {
      await openTicket(desk, market, MARKET.title)
      await bar(desk.page).getByRole('button', { name: '诉求认定', exact: true }).click()
      await send(desk.page, '诉求认定', { choices: { 认定结果: '合理' }, texts: { 认定理由: MARKET_WORDS.why } })
      const { page } = member
      await part(page, '诉求认定').getByText(MARKET_WORDS.why).waitFor()
      // What was typed before the plan was done is still there.
      await part(page, '办理').getByRole('button', { name: '结果确认', exact: true }).click()
      const confirmation = await form(page, '结果确认')
      assert.equal(await confirmation.getByLabel('确认情况').inputValue(), MARKET_WORDS.confirmed)
      await send(page, '结果确认')
      await part(page, '办理').getByText(`确认人：${MARKET.requester}`).first().waitFor()
      await part(hotline.page, '办理').getByText(`确认人：${MARKET.requester}`).first().waitFor()
      await toldBy(hotline, [['诉求人', MARKET_WORDS.told, '电话']])
      await callAnalyseClose(MARKET_WORDS.happy, MARKET_WORDS.cause)
      for (const name of ['到达现场', '反馈意见', '办结']) await clockSays(hotline.page, name, '按时完成')
      const { clocks } = await desk.call('GET', `/tickets/${market}`)
      for (const kind of ['arrival', 'feedback', 'result']) assert.equal(clocks.find((clock) => clock.kind === kind).state, 'met', kind)
      assert.deepEqual(await tenSteps(market), ['supervision', 'appeal'])
      await stepSays(hotline.page, '督办：不适用。没有督办。')
    }, 120_000)

    step('the enterprise’s ticket reads as a story at a desk, at 200 % and in both languages', async () => {
      const { page } = desk
      await openTicket(desk, market, MARKET.title)
      await desk.settled()
      const history = part(page, '办理过程')
      for (const sentence of [`派给${TEAM}`, '认领了工单', '提出方案', '选定方案', `添加步骤，负责人：${MARKET_WORDS.owner}`, `请外部单位：${PARTY}`, '登记外部单位承诺的时间', '外部单位已办完', `结果确认：解决，确认人：${MARKET.requester}`, '拟写给平台的办理意见', '办结了工单']) await history.getByText(sentence, { exact: true }).first().waitFor()
      assert.equal(await strip(page).getByRole('button').count(), 10)
      for (const [name, width, height] of [['1366', 1366, 768], ['200', 683, 384]]) {
        await page.setViewportSize({ width, height })
        await look.office(page, `office case three ${name}`)
      }
      await page.setViewportSize({ width: 1440, height: 900 })
      for (const [language, button, then] of [['zh-CN', 'English', '中文'], ['en', '中文', 'English']]) {
        await openTicket(desk, market, MARKET.title)
        await desk.settled()
        await look.office(page, `office case three ${language}`)
        await look.language(page, 'office case three', language, world.words)
        await page.getByRole('button', { name: button }).click()
        await page.getByRole('button', { name: then }).waitFor()
      }
      for (const other of [hotline, handler, member, colleague]) await other.stop()
      done()
    }, 150_000)
  })
