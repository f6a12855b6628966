// The office looks after what it chooses from: the duty catalogue, types, focus topics, causes, and what the model learned.

import assert from 'node:assert/strict'
import { Inspection } from '../support/inspect.mjs'
import { story } from '../support/runner.mjs'

export default (world) =>
  story('Classes and duties', (step) => {
    const look = new Inspection()
    let desk, page

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    const tab = (name) => page.getByRole('group', { name: '分类与派单目录' }).getByRole('button', { name, exact: true }).click()
    const inForce = () => desk.call('GET', '/catalogue')

    step('what comes with the program is there at first: duties, types, five focus topics, causes', async () => {
      desk = await world.desk()
      ;({ page } = desk)
      await desk.go('分类与派单目录')
      await page.getByText('现在用的是随程序来的目录').waitFor()
      // Units that this sub-district does not have are told, and left to somebody to choose.
      await page.getByText('还没有“城管科”这个单位').first().waitFor()
      for (const [name, what] of [['派单目录', 'duties'], ['类别', 'types'], ['重点问题', 'topics'], ['诉求根源', 'causes'], ['紧急词', 'urgency'], ['分类模型', 'model']]) {
        await tab(name)
        await desk.settled()
        await look.office(page, `office catalogue ${what}`)
        await look.language(page, `office catalogue ${what}`, 'zh-CN', world.words)
      }
      done()
      await tab('重点问题')
      const topics = await page.getByRole('textbox', { name: '重点问题' }).evaluateAll((fields) => fields.map((field) => field.value))
      assert.deepEqual(topics, ['占道经营', '租房退押金', '物业服务', '老旧小区改造', '交通出行'])
    })

    step('a new name of a type goes along into the duties, and what is saved counts', async () => {
      await tab('类别')
      const large = page.getByRole('textbox', { name: '大类' })
      await large.fill('市容和卫生')
      await large.blur()
      await page.getByRole('button', { name: '保存', exact: true }).click()
      await page.getByText('第 1 版').waitFor()
      const { catalogue, version } = await inForce()
      assert.equal(version, 1)
      assert.equal(catalogue.types[0].name, '市容和卫生')
      assert.ok(catalogue.duties.some((duty) => duty.category[0] === '市容和卫生'))
      assert.ok(catalogue.duties.every((duty) => duty.category[0] !== '市容环境'))
    })

    step('what does not hold together is refused in a sentence, and stays on the screen', async () => {
      await tab('诉求根源')
      const cause = page.getByRole('textbox', { name: '根源' }).first()
      await cause.fill(' ')
      await page.getByRole('button', { name: '保存', exact: true }).click()
      await page.getByRole('alert').getByText('诉求根源').waitFor()
      assert.equal(await cause.inputValue(), ' ')
      await cause.fill('权责不清楚')
    })

    step('of two who edit, the second is told and keeps what was typed', async () => {
      const { catalogue, version } = await inForce()
      await desk.call('POST', '/catalogue', { seen: version, catalogue })
      await page.getByRole('button', { name: '保存', exact: true }).click()
      await page.getByText('您填的内容还在').waitFor()
      await page.getByRole('button', { name: '以我的为准，保存' }).click()
      await page.getByText('第 3 版').waitFor()
      const now = await inForce()
      assert.equal(now.catalogue.causes[0].name, '权责不清楚')
    })

    step('a model that has nothing to learn from says what it takes', async () => {
      await tab('分类模型')
      await page.getByRole('button', { name: '现在训练' }).click()
      await page.getByText('至少四十件').waitFor()
    })
  })
