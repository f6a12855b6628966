// Every page of the field app, at both ends of the text switch and in both languages.

import assert from 'node:assert/strict'
import { Inspection } from '../support/inspect.mjs'
import { picture } from '../support/pictures.mjs'
import { stillness } from '../support/eyes.mjs'
import { story } from '../support/runner.mjs'

const TITLE = '和平路一号院八号楼三单元四层到六层楼道长期堆放大量旧家具和纸箱，多次劝说没有效果'
const ADDRESS = '和平路 1 号院 8 号楼 3 单元'
const HOUSEHOLD = '8 号楼 3 单元 402'
const SIZES = [['standard', '标准'], ['largest', '特大']]
/** What the form writes down in the language of the person who picks it. */
const PICKED = ['纸箱', '旧家具', '定位不准', '楼道内没信号', 'KB', 'MB', 'GB']

export default (world) =>
  story('Every page of the field app', (step) => {
    const look = new Inspection()
    let worker, doc, ticket

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    const sheet = async (name, size, open) => {
      await open()
      await worker.sheet().waitFor()
      await stillness(worker.sheet())
      await look.phone(worker.page, `${name} ${size}`, { sheet: true, axe: size === 'standard' })
      await worker.sheet().getByRole('button', { name: /^(关闭|Close)$/ }).click()
      await worker.sheet().waitFor({ state: 'hidden' })
    }

    step('before and after enrolment', async () => {
      const phone = world.phone('volunteer')
      if (!phone.isOn) await phone.start()
      await phone.online()
      const link = await (await world.desk()).enrolmentLink(phone.person)
      await phone.page.goto('about:blank')
      await phone.page.goto(link)
      await phone.page.getByText('登记码格式正确').waitFor()
      await look.phone(phone.page, 'field enrol')
      await phone.enrol(link, world.passwords.get(phone.username))
      await phone.page.getByRole('heading', { name: '可以离线使用了' }).waitFor()
      await look.phone(phone.page, 'field first sync')
      const tab = await phone.newTab()
      await tab.getByRole('heading', { name: '暖线已在另一个窗口打开' }).waitFor()
      await look.phone(tab, 'field elsewhere')
      await tab.close()
      await phone.page.bringToFront()
      done()
    })

    step('a volunteer reads the guide, sees three things to do and nothing else, and finds help on each page', async () => {
      const phone = world.phone('volunteer')
      const { page } = phone
      for (const size of ['1', '1.6']) {
        await page.evaluate((wanted) => localStorage.setItem('warmline.field.text', wanted), size)
        await phone.open('/guide')
        for (const screen of ['tasks', 'record', 'offline', 'office']) {
          await page.locator(`[data-test="guide-${screen}"]`).waitFor()
          await look.phone(page, `field guide ${screen} ${size}`, { axe: size === '1' })
          if (screen !== 'office') await page.locator('[data-test="guide-next"]').click()
        }
        await page.locator('[data-test="guide-end"]').click()
        await page.locator('[data-test="home-camera"]').waitFor()
        await look.phone(page, `field home ${size}`)
        assert.deepEqual([await page.locator('main a[href]').count(), await page.locator('nav.tabs').count()], [4, 0], 'three things to do and the way to one’s own page')
      }
      for (const [action, path] of [['walk', '/tasks'], ['records', '/records'], ['camera', '/find']]) {
        await phone.open('/home')
        await page.locator(`[data-test="home-${action}"]`).click()
        await page.waitForURL(`**/field/#${path}`)
        await page.locator('[data-test="help"]').click()
        await phone.sheet().getByText('看新手指南').waitFor()
        await stillness(phone.sheet())
        await look.phone(page, `field help ${path}`, { sheet: true })
        await phone.sheet().getByRole('button', { name: '知道了' }).click()
        await phone.sheet().waitFor({ state: 'hidden' })
        await page.getByRole('button', { name: '返回', exact: true }).click()
        await page.locator('[data-test="home-camera"]').waitFor()
      }
      await page.evaluate(() => localStorage.removeItem('warmline.field.text'))
      await phone.stop()
      done()
    })

    step('a worker with much to do has something on every page', async () => {
      ticket = await world.ticket({ number: 'SQ-20261124-801', title: TITLE, address: ADDRESS, urgency: '特急', due: '2026-11-24 09:00' })
      worker = await world.working('worker')
      const { page } = worker
      await page.locator('[data-test="ticket"]', { hasText: TITLE }).click()
      await page.getByRole('button', { name: '开始走访' }).click()
      await worker.choose('发现什么问题', '楼道堆物')
      await worker.choose('清理得怎样', '清了一部分')
      await worker.choose('下次再去', '要去')
      await worker.reach(worker.part('persuasion'))
      await page.getByRole('button', { name: '添加一户' }).click()
      await worker.write('哪一户', HOUSEHOLD, worker.sheet())
      await worker.choose('住户反应', '拒绝', worker.sheet())
      await worker.sheet().getByRole('button', { name: '完成' }).click()
      await page.getByRole('button', { name: '添加一样' }).click()
      await worker.choose('是什么', '旧家具', worker.sheet())
      await worker.sheet().getByRole('button', { name: '完成' }).click()
      await worker.photograph('before', await picture(world.path('eight.png'), { colour: [110, 90, 70], noise: 30 }))
      await page.getByRole('button', { name: '到场签到', exact: true }).click()
      await worker.saved()
      doc = new URL(page.url()).hash.split('/').at(-1)
      await worker.chip('chip.done')
    })

    for (const [size, label] of SIZES) {
      step(`lists and settings, ${size} text`, async () => {
        const { page } = worker
        await worker.open('/me')
        await worker.choose('文字大小', label)
        for (const name of ['me', 'tasks', 'patrol', 'records', 'sync', `ticket/${ticket}`]) {
          await worker.open(`/${name}`)
          await worker.chip('chip.done')
          await page.locator('main .card').first().waitFor()
          await look.phone(page, `field ${name.split('/')[0]} ${size}`, { axe: size === 'standard' })
        }
        done()
      })

      step(`the form and its sheets, ${size} text`, async () => {
        const { page } = worker
        await worker.open(`/visit/${doc}`)
        await page.locator('.photo-tile img').waitFor()
        await look.phone(page, `field visit ${size}`)
        await sheet('field sign in by hand', size, () => page.getByRole('button', { name: '再签到一次' }).click())
        await sheet('field people', size, () => page.getByRole('button', { name: '添加参与人员' }).click())
        await sheet('field household', size, () => worker.part('persuasion').locator('.entry-open').click())
        await sheet('field item', size, () => worker.part('items').locator('.entry-open').click())
        await sheet('field photo', size, () => page.locator('.photo-tile').click())
        await sheet('field submit', size, () => page.locator('[data-test="submit"]').click())
        done()
      }, 120_000)

      step(`offline with something waiting, ${size} text`, async () => {
        const { page } = worker
        await worker.offline()
        await worker.open(`/visit/${doc}`)
        await worker.choose('严重程度', size === 'standard' ? '严重' : '轻微')
        await worker.saved()
        await worker.open('/sync')
        await page.getByText(/待上传：记录 1 条/).waitFor()
        await look.phone(page, `field sync offline ${size}`, { axe: size === 'standard' })
        await worker.open('/records')
        await page.locator('[data-test="record"]').first().waitFor()
        await look.phone(page, `field records offline ${size}`, { axe: size === 'standard' })
        await worker.online()
        await worker.chip('chip.done')
        done()
      })
    }

    step('English pages speak English, Chinese pages Chinese', async () => {
      const { page } = worker
      const pages = ['tasks', 'patrol', 'records', 'sync', 'me', `ticket/${ticket}`, `visit/${doc}`]
      for (const language of ['zh-CN', 'en']) {
        await worker.open('/me')
        await page.getByRole('button', { name: language === 'en' ? /English/ : /中文/ }).click()
        await worker.choose(language === 'en' ? 'Text size' : '文字大小', language === 'en' ? 'Normal' : '标准')
        for (const name of pages) {
          await worker.open(`/${name}`)
          await page.locator('main .card').first().waitFor()
          await worker.chip('chip.done')
          if (language === 'en') await look.phone(page, `field ${name.split('/')[0]} English`, { axe: false })
          await look.language(page, `field ${name.split('/')[0]}`, language, [...world.words, ...PICKED, HOUSEHOLD, ADDRESS])
        }
      }
      await worker.open('/me')
      await page.getByRole('button', { name: /中文/ }).click()
      done()
    })
  })
