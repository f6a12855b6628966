// Phones that the office takes out of use.

import assert from 'node:assert/strict'
import { seesPictures } from '../support/eyes.mjs'
import { Inspection } from '../support/inspect.mjs'
import { picture } from '../support/pictures.mjs'
import { story } from '../support/runner.mjs'

const TITLE = '六号楼夜间装修噪声'

export default (world) =>
  story('A phone taken out of use', (step) => {
    const look = new Inspection()
    let desk

    /** Reads the page in both languages, and leaves it in Chinese. */
    const said = async (phone, name) => {
      const speak = async (language) => {
        await phone.page.evaluate((chosen) => localStorage.setItem('warmline.field.language', chosen), language)
        await phone.open('/sync')
        await phone.page.locator('[data-test="released"]').waitFor()
        await look.language(phone.page, name, language, world.words)
        await look.phone(phone.page, `${name} ${language}`)
      }
      await speak('en')
      await speak('zh-CN')
    }

    const begin = async (phone) => {
      await phone.page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      await phone.offline()
      await phone.page.getByRole('button', { name: '开始走访' }).click()
      await phone.choose('发现什么问题', '噪声')
      await phone.saved()
    }

    const revoke = async (phone, reason) => {
      const { page } = desk
      await page.goto('about:blank')
      await desk.open('/people')
      await page.getByRole('button', { name: new RegExp(`^停用${phone.person}的`) }).click()
      const dialog = page.getByRole('dialog', { name: /^停用/ })
      await dialog.getByLabel(reason).check()
      const sure = dialog.getByText('我知道没上传的内容可能收不回来')
      if (await sure.isVisible()) await sure.click()
      await dialog.getByRole('button', { name: '停用这台设备' }).click()
      await page.getByText(`已停用${phone.person}的`).waitFor()
    }

    step('a lost phone is told at its next contact, and its data is gone', async () => {
      desk = await world.desk()
      await world.ticket({ number: 'SQ-20261124-301', title: TITLE })
      const phone = await world.working('volunteer')
      await begin(phone)
      assert.notEqual((await phone.stored('replica')).length, 0)
      await revoke(phone, /手机丢失或被盗/)
      await phone.online()
      await phone.page.getByRole('heading', { name: '这部手机已停用' }).waitFor()
      await phone.page.getByText('还没上传：记录 1 条，照片 0 张。').waitFor()
      await phone.page.getByText('手机里的工作数据已清除。').waitFor()
      for (const store of ['replica', 'media', 'media_bytes', 'thumbs']) assert.deepEqual(await phone.stored(store), [], store)
      assert.deepEqual((await phone.stored('singles')).map(([key]) => key), ['owner'])
      phone.isEnrolled = false
    })

    step('the phone of somebody who left hands over what it has, with a photo, and says so in both languages', async () => {
      const phone = await world.working('colleague')
      await begin(phone)
      await phone.photograph('evidence', await picture(world.path('noise.png'), { colour: [120, 140, 160] }))
      await revoke(phone, /换岗、离职或换手机/)
      await phone.open('/sync')
      // It hears of it with its first request, and the photo cannot follow while the line is bad.
      world.line.cutAfter(0)
      await phone.online()
      await phone.page.getByText('办公室已停用这部手机，它不再收到新内容。').waitFor()
      await phone.page.getByText(/还有修改 0 处、照片 1 张。/).waitFor()
      await said(phone, 'field released waiting')
      world.line.mend()
      await phone.page.locator('[data-test="sync-now"]').click()
      await phone.page.getByText('手机上的内容已全部交给办公室，可以退出登录、交还手机了。').waitFor()
      await phone.chip('chip.released')
      await said(phone, 'field released done')
      await phone.open('/records')
      await phone.page.locator('[data-test="record"]', { hasText: TITLE }).waitFor()
      assert.deepEqual(look.findings, [])
    })

    step('the office reads at the desk why it lies there, and lets it in with its photo', async () => {
      const { page } = desk
      await page.goto('about:blank')
      await desk.open('/quarantine')
      const row = page.getByRole('row').filter({ hasText: '钱雨澜' })
      await row.getByText(/^这部手机已停用，这是停用后才交上来的/).waitFor()
      await row.getByText('他承办这件工单时记的，可以直接收入。').waitFor()
      await look.office(page, 'office quarantine released')
      await row.getByRole('link', { name: '钱雨澜' }).click()
      await page.locator('[data-path="fields/finding_kind"]', { hasText: '噪声' }).waitFor()
      await page.getByText(/^这部手机已停用，这是停用后才交上来的/).waitFor()
      await page.getByRole('button', { name: '收入记录' }).click()
      await page.getByText(/^已收入 \d+ 条修改。$/).waitFor()
      await page.getByRole('link', { name: '打开走访记录' }).click()
      await page.locator('[data-path="fields/finding_kind"]', { hasText: '噪声' }).waitFor()
      await page.locator('.frame img').first().waitFor()
      assert.equal(await seesPictures(page.locator('.frame img')), 1)
      await page.getByRole('region', { name: '修改历史' }).getByText('钱雨澜').first().waitFor()
      assert.deepEqual(look.findings, [])
    })

    step('such a phone signs out once all is handed over, and keeps nothing', async () => {
      const phone = world.phone('colleague')
      await phone.open('/me')
      await phone.page.locator('[data-test="sign-out"]').click()
      await phone.page.getByRole('dialog').getByRole('button', { name: '退出登录' }).click()
      await phone.page.getByText('登记码', { exact: false }).first().waitFor()
      assert.deepEqual(await phone.stored('replica'), [])
      phone.isEnrolled = false
    })
  })
