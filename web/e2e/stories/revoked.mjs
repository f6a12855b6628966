// Phones that the office takes out of use.

import assert from 'node:assert/strict'
import { story } from '../support/runner.mjs'

const TITLE = '六号楼夜间装修噪声'

export default (world) =>
  story('A phone taken out of use', (step) => {
    let desk

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

    step('the phone of somebody who left is told, and keeps what it has', async () => {
      const phone = await world.working('colleague')
      await begin(phone)
      const before = (await phone.stored('replica')).length
      await revoke(phone, /换岗、离职或换手机/)
      await phone.online()
      await phone.open('/sync')
      await phone.page.getByText('办公室已停用这部手机，暂时不能上传。记录仍在手机里，请联系热线办。').waitFor()
      await phone.chip('chip.failed')
      assert.equal((await phone.stored('replica')).length, before)
      await phone.open('/records')
      await phone.page.locator('[data-test="record"]', { hasText: TITLE }).waitFor()
      phone.isEnrolled = false
    })
  })
