// One visit from the ticket file to both phones showing it as approved, with everything that goes wrong on the way.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { picture } from '../support/pictures.mjs'
import { seesPictures, until } from '../support/eyes.mjs'
import { story } from '../support/runner.mjs'

const TICKET = 'SQ-20261124-101'
const TITLE = '三号楼二单元楼道堆放杂物'
const ADDRESS = '和平路 1 号院 3 号楼'
const STAIRWELL = '2 单元'
const ASKED = '二单元楼道堆放纸箱和旧家具，存在火灾隐患，希望尽快清理。'
const FILE = `工单编号,标题,内容,派发时间,办理时限,地址,社区,紧急程度
${TICKET},${TITLE},${ASKED},2026-11-23 09:00,2027-01-30,${ADDRESS},和平社区,紧急
`
const SEEN = '二单元一楼到三楼堆有纸箱和旧沙发，占了半个过道。'
const TALKED = '和 501 住户谈了两次，说好周末自己搬走沙发。'
const REMARK = '清理后要从同一位置拍，看不出是不是同一处'

const RETURNED = '请补拍清理后的照片，其余很好'

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex')

export default (world) =>
  story('A visit of two people who are offline', (step) => {
    let desk, worker, captain
    let shown, photos

    step('the office signs in and imports a file of tickets', async () => {
      world.words.push(TITLE, ADDRESS, STAIRWELL, ASKED, SEEN, TALKED, REMARK, RETURNED)
      desk = await world.desk()
      await desk.import('工单.csv', FILE, 1)
    })

    step('the office hands the ticket to the community', async () => {
      await desk.go('工单')
      await desk.page.getByRole('button', { name: `派单：${TITLE}` }).click()
      const dialog = desk.page.getByRole('dialog', { name: '派单' })
      await dialog.getByLabel('社区', { exact: true }).check()
      await desk.pick(dialog.getByLabel('哪个社区'), '和平社区')
      await dialog.getByRole('button', { name: '派给和平社区' }).click()
      await desk.page.getByRole('row', { name: TITLE }).getByText('和平社区').first().waitFor()
    })

    step('a grid worker and a building captain tie their phones to themselves by a link', async () => {
      worker = world.phone('worker')
      captain = world.phone('captain')
      for (const phone of [worker, captain]) {
        await phone.start()
        await phone.enrol(await desk.enrolmentLink(phone.person), world.passwords.get(phone.username))
      }
    })

    step('both phones have their task and are ready for a stairwell without signal', async () => {
      for (const phone of [worker, captain]) {
        await phone.page.getByRole('heading', { name: '可以离线使用了' }).waitFor()
        await phone.page.locator('[data-test="to-tasks"]').click()
        await phone.open()
        await phone.page.locator('[data-test="ticket"]', { hasText: TITLE }).waitFor()
      }
    })

    step('without a network both phones start from cold and show the task', async () => {
      for (const phone of [worker, captain]) {
        await phone.offline()
        await phone.open()
        await phone.page.locator('[data-test="ticket"]', { hasText: TITLE }).waitFor()
        assert.match(await phone.chip('chip.offline_clean'), /离线/)
      }
    })

    step('with the hub gone too a phone that was switched off and on again starts from cold', async () => {
      await world.hub.kill()
      await worker.stop()
      await worker.start()
      await worker.open()
      await worker.page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      await worker.page.getByText(ASKED).waitFor()
    })

    step('the worker begins a visit, signs in at an address picked by hand and names who came', async () => {
      await worker.page.getByRole('button', { name: '开始走访' }).click()
      await worker.page.getByRole('button', { name: '手选地址签到' }).click()
      await worker.choose('为什么手选', '楼道内没信号', worker.sheet())
      await worker.sheet().getByRole('button', { name: '确认签到' }).click()
      await worker.part('arrival').getByText(ADDRESS).waitFor()

      await worker.page.getByRole('button', { name: '添加参与人员' }).click()
      await worker.sheet().getByRole('button', { name: /赵大成/ }).click()
      await worker.sheet().getByRole('button', { name: '完成' }).click()
      await worker.part('people').getByText('赵大成').waitFor()
    })

    step('the worker records what there was, who was talked to and what was carried away', async () => {
      await worker.choose('发现什么问题', '楼道堆物')
      await worker.choose('在什么地方', '楼道')
      await worker.write('单元', STAIRWELL)
      await worker.choose('严重程度', '严重')

      await worker.reach(worker.part('persuasion'))
      await worker.page.getByRole('button', { name: '添加一户' }).click()
      await worker.write('哪一户', '3 号楼 2 单元 501', worker.sheet())
      await worker.choose('住户反应', '拒绝', worker.sheet())
      await worker.choose('下次什么时候再去', '明天', worker.sheet())
      await worker.sheet().getByRole('button', { name: '完成' }).click()

      await worker.page.getByRole('button', { name: '添加一样' }).click()
      await worker.choose('是什么', '纸箱', worker.sheet())
      await worker.write('数量', '12', worker.sheet())
      await worker.choose('现在怎样', '已清走', worker.sheet())
      await worker.sheet().getByRole('button', { name: '完成' }).click()
      await worker.part('items').getByText('纸箱 12').waitFor()

      await worker.choose('清理得怎样', '全部清完')
      await worker.choose('单位', '车', worker.part('cleanup'))
      await worker.write('看到的情况', SEEN)
      await worker.choose('这件事怎么样了', '已解决')
      await worker.saved()
    })

    step('the worker takes a picture before and one after', async () => {
      await worker.photograph('before', await picture(world.path('before.png'), { colour: [120, 70, 50], noise: 20 }))
      await worker.photograph('after', await picture(world.path('after.png'), { colour: [60, 110, 80], noise: 20 }))
      photos = new Map(await worker.stored('media_bytes'))
      assert.equal(photos.size, 2)
      for (const [name, bytes] of photos) assert.equal(sha256(Buffer.from(bytes, 'hex')), name)
    })

    step('the battery falls out in the middle of a save, and everything shown as saved is still there', async () => {
      let last = 0
      await worker.context.exposeBinding('shownAsSaved', (_, count) => (last = count))
      await worker.page.getByLabel('清走多少', { exact: true }).waitFor()
      const saving = worker.page.evaluate(async () => {
        const label = [...document.querySelectorAll('label')].find((one) => one.textContent === '清走多少')
        const input = document.getElementById(label.htmlFor)
        const tag = document.querySelector('[data-test="saved"]')
        const says = (words) =>
          new Promise((done) => {
            const look = () => tag.textContent.includes(words) && (observer.disconnect(), done())
            const observer = new MutationObserver(look)
            observer.observe(tag, { subtree: true, childList: true, characterData: true })
            look()
          })
        for (let count = 1; ; count++) {
          input.value = String(count)
          input.dispatchEvent(new Event('input'))
          input.dispatchEvent(new Event('blur'))
          await says('正在保存')
          await says('已存手机')
          window.shownAsSaved(count)
        }
      })
      saving.catch(() => undefined)
      shown = await worker.form()
      await until(() => last >= 20)
      await worker.pullBattery()
      const certain = last

      await worker.start()
      await worker.openRecord(TITLE)
      const { 清走多少: kept, ...rest } = await worker.form()
      assert.ok(Number(kept) >= certain && Number(kept) <= certain + 1, `${kept} is there, ${certain} was shown as saved`)
      const { 清走多少: _, ...before } = shown
      assert.deepEqual(rest, before)
    })

    step('the worker finds signal once, and the captain gets the begun visit', async () => {
      await world.hub.start()
      await worker.write('清走多少', '2')
      await worker.saved()
      await worker.online()
      await worker.chip('chip.done')
      await captain.online()
      await captain.open('/records')
      await captain.page.locator('[data-test="record"]', { hasText: TITLE }).waitFor()
      await captain.chip('chip.done')
    })

    step('both lose it again and write the same field differently; the captain adds a note', async () => {
      for (const phone of [worker, captain]) {
        await phone.offline()
        await phone.openRecord(TITLE)
      }
      await worker.choose('严重程度', '一般')
      await worker.submit()
      await captain.choose('严重程度', '轻微')
      await captain.write('怎么处理的', TALKED)
      await captain.saved()
    })

    step('the worker comes back first, the captain later', async () => {
      await worker.online()
      await worker.chip('chip.done')
      await captain.online()
      await captain.chip('chip.done')
    })

    step('the office finds the visit in its queue with the disagreement first, both values with their writers', async () => {
      await desk.go('待审核')
      const row = desk.page.getByRole('row', { name: TITLE })
      await row.getByText('两种说法 1 处').waitFor()
      await row.getByRole('link', { name: TITLE }).click()
      const dispute = desk.page.getByRole('group', { name: '严重程度' })
      await dispute.waitFor()
      assert.ok(await dispute.evaluate((one) => one.compareDocumentPosition(document.querySelector('.record')) & Node.DOCUMENT_POSITION_FOLLOWING))
      const sides = await dispute.locator('.side').allInnerTexts()
      assert.equal(sides.length, 2)
      assert.ok(sides.some((side) => side.includes('一般') && side.includes('王小梅')), sides.join('\n'))
      assert.ok(sides.some((side) => side.includes('轻微') && side.includes('赵大成')), sides.join('\n'))
    })

    step('the office picks one value with a reason and reads the rest of both people', async () => {
      const dispute = desk.page.getByRole('group', { name: '严重程度' })
      await dispute.locator('.side', { hasText: '王小梅' }).getByLabel('采用这个').check()
      await dispute.getByLabel('理由').fill('照片里过道占了一半')
      await dispute.getByRole('button', { name: '选定' }).click()
      await desk.page.getByText('两种说法已全部处理').waitFor()
      await desk.page.getByRole('region', { name: '现场记录' }).getByText(TALKED).waitFor()
      await desk.page.getByRole('region', { name: '现场记录' }).getByText(SEEN).waitFor()
    })

    step('the office looks at the pair of photos, byte for byte those of the phone', async () => {
      const { page } = desk
      await page.getByRole('button', { name: '并排放大' }).click()
      const viewer = page.getByRole('dialog', { name: '清理前后对比' })
      assert.equal(await seesPictures(viewer.getByRole('img')), 2)
      await viewer.getByRole('button', { name: '原图' }).click()
      const originals = () => world.line.pictures.filter((one) => one.size === 'original')
      await until(() => originals().length === 2)
      assert.equal(await seesPictures(viewer.getByRole('img')), 2)
      assert.deepEqual(originals().map((one) => one.sha256).sort(), [...photos.keys()].sort())
      await viewer.getByRole('button', { name: '关闭' }).click()
    })

    step('the office returns the visit with a remark pinned to a photo', async () => {
      const { page } = desk
      const after = page.locator('figure', { hasText: '清理后' })
      await after.hover()
      await after.getByRole('button', { name: /写批注/ }).click()
      const pin = page.getByRole('dialog', { name: /批注/ })
      await pin.getByLabel('要现场人员改什么').fill(REMARK)
      await pin.getByRole('button', { name: '保存批注' }).click()
      // The queue beside it has a button of the same name, for its list.
      await page.locator('footer.bar').getByRole('button', { name: '退回修改' }).click()
      const decision = page.getByRole('dialog', { name: '退回现场修改' })
      await decision.getByLabel('照片不清楚').check()
      await decision.getByLabel('给现场人员的话').fill(RETURNED)
      await decision.getByRole('button', { name: '确认退回' }).click()
      await page.getByText('等现场人员按批注修改后重新提交').waitFor()
    })

    step('the worker has it back among the tasks, with remark, pin and the old photos, offline again', async () => {
      const { page } = worker
      await worker.open()
      await page.getByRole('heading', { name: '退回修改 1 条' }).waitFor()
      await worker.chip('chip.done')
      await worker.offline()
      await worker.open()
      const card = page.locator('[data-test="record"]', { hasText: TITLE })
      await card.getByText(RETURNED).waitFor()
      await card.click()
      await page.locator('[data-test="returned"]').getByText('周敏').waitFor()
      await worker.part('photos').getByText(REMARK).waitFor()
      assert.equal(await seesPictures(page.locator('.photo-tile img')), 2)
    })

    step('the worker takes the photo anew and submits, the office approves', async () => {
      const { page } = worker
      await page.locator('.photo-tile', { hasText: '清理后' }).click()
      await worker.sheet().getByRole('button', { name: '删除这张照片' }).click()
      await worker.photograph('after', await picture(world.path('again.png'), { colour: [60, 120, 70], noise: 20 }))
      await worker.submit('改好了，再次提交', '补拍了清理后，请再看')
      await worker.online()
      await worker.chip('chip.done')

      await desk.page.goto('about:blank')
      await desk.open('/reviews')
      await desk.page.getByRole('link', { name: TITLE }).click()
      await desk.page.locator('[data-test="to-office"]', { hasText: '补拍了清理后，请再看' }).waitFor()
      await desk.page.getByRole('button', { name: '通过', exact: true }).click()
      await desk.page.getByRole('dialog', { name: '通过这次走访' }).getByRole('button', { name: '确认通过' }).click()
      await desk.page.getByText('记录已锁定').waitFor()
    })

    step('both phones show it as approved, and nothing in the form can be changed any more', async () => {
      for (const phone of [worker, captain]) {
        await phone.open('/records')
        const card = phone.page.locator('[data-test="record"]', { hasText: TITLE })
        await card.getByText('审核通过').waitFor()
        await card.getByText('已审核', { exact: true }).waitFor()
        await card.click()
        await phone.page.getByText('周敏 已审核通过，只能查看。').waitFor()
        const open = phone.page.locator('main').locator('input:enabled, textarea:enabled, .chip:enabled')
        assert.equal(await open.count(), 0)
        assert.equal(await phone.page.getByRole('button', { name: /提交|撤回|添加|签到|删除|去掉/ }).count(), 0)
      }
    })
  })
