// A paper that the office printed, in the hands of somebody who has no account: the code on it, its hash, its file.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { Inspection } from '../support/inspect.mjs'
import { PATIENCE } from '../support/phone.mjs'
import { picture } from '../support/pictures.mjs'
import { Pocket } from '../support/pocket.mjs'
import { story } from '../support/runner.mjs'

const run = promisify(execFile)
const TITLE = '楼上漏水要求赔偿'
/** What the paper says, and nobody may read on the page. */
const WORDS = {
  committee: '和平社区人民调解委员会',
  place: '三号楼活动室',
  facts: '楼上水管破裂，楼下墙面受损。',
  applicant: '楼下住户陈某',
  respondent: '楼上住户林某',
  mediator: '王小梅',
  claim: '修好墙面',
  clause: '十日内修好水管和墙面',
  changed: '十五日内修好水管和墙面',
}
/** The narrowest phone, a common one, a desk. */
const WIDTHS = [320, 412, 1280]

export default (world) =>
  story('Anybody checks a paper', (step) => {
    const look = new Inspection()
    let desk, pocket, doc, parties, mediator, clause, seal, file, address, context, page

    const done = () => {
      const { findings } = look
      look.findings = []
      assert.deepEqual(findings, [])
    }
    /** Somebody with a browser that was never here. */
    const stranger = async () => {
      await context?.close()
      context = await world.browser.newContext({ viewport: { width: 412, height: 860 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
      context.setDefaultTimeout(PATIENCE)
      world.watch.on(context, 'stranger', world.origin)
      page = await context.newPage()
    }
    const finding = (outcome) => page.locator(`[data-outcome="${outcome}"]`)
    /** Looks the page over at every width; nothing of the paper is on it. */
    const see = async (name) => {
      const { width, height } = page.viewportSize()
      for (const one of WIDTHS) {
        await page.setViewportSize({ width: one, height: one > 1000 ? 900 : 860 })
        await look.office(page, `verify ${name} ${one}`)
      }
      await page.setViewportSize({ width, height })
      const text = await page.locator('body').innerText()
      for (const word of [TITLE, doc, ...Object.values(WORDS)]) assert.ok(!text.includes(word), `the page says ${word}`)
      done()
    }
    const signAll = async () => {
      for (const [party, name] of parties) await pocket.draw(doc, 'party', party, name)
      await pocket.draw(doc, 'mediator', mediator, WORDS.mediator)
      pocket.sign(doc, 'committee', mediator, { method: 'seal', photo: seal })
      await pocket.sync()
    }
    const hand = (path) => page.locator('input[type="file"]').setInputFiles(path)
    /** The file with one byte changed. */
    const bent = async (name, place) => {
      const bytes = await readFile(file)
      bytes[place(bytes)] ^= 1
      const path = world.path(name)
      await writeFile(path, bytes)
      return path
    }

    step('the office prints a paper that all have signed', async () => {
      desk = await world.desk()
      world.words.push(TITLE, ...Object.values(WORDS))
      const ticket = await world.ticket({ number: 'SQ-20261124-656', title: TITLE })
      pocket = await Pocket.of(world, { username: 'wang.xm', person: '王小梅' })
      await pocket.sync()
      doc = pocket.begin('mediation', ticket)
      for (const field of ['committee', 'place', 'facts']) pocket.set(doc, field, WORDS[field])
      pocket.set(doc, 'form', 'agreement')
      pocket.set(doc, 'dispute', 'damage')
      pocket.set(doc, 'notice_given', true)
      const party = (side, name) => [pocket.put(doc, 'parties', { side, name, id_type: 'seen' }), name]
      parties = [party('applicant', WORDS.applicant), party('respondent', WORDS.respondent)]
      mediator = pocket.put(doc, 'mediators', { user: pocket.person, name: WORDS.mediator, certified: true })
      const claim = pocket.put(doc, 'claims', { party: parties[0][0], text: WORDS.claim, standing: 'agreed' })
      clause = pocket.put(doc, 'clauses', { claim, text: WORDS.clause, performer: parties[1][0] })
      const photo = await readFile(await picture(world.path('seal.png'), { width: 640, height: 480, colour: [200, 60, 60] }))
      seal = pocket.put(doc, 'photos', { sha256: await pocket.send(photo), role: 'signed_paper', taken_at: Date.now() })
      await signAll()
      await desk.open(`/mediations/${doc}`)
      const print = desk.page.locator('[data-test="paper"]')
      await desk.page.getByRole('button', { name: '打印文书' }).waitFor()
      file = world.path('paper.pdf')
      // The small picture of the photo is made in the background; until then the paper waits.
      const download = desk.page.waitForEvent('download')
      const asked = async () => {
        const [answer] = await Promise.all([desk.page.waitForResponse((one) => one.url().endsWith('/paper')), print.click()])
        if (answer.status() === 409) await asked()
      }
      await asked()
      await (await download).saveAs(file)
    })

    step('the code on every page leads to an address that says to a stranger that it holds', async () => {
      await run('pdftoppm', ['-r', '200', '-png', file, world.path('page')])
      const pages = (await readdir(world.scratch)).filter((name) => /^page-\d+\.png$/.test(name))
      const read = pages.map((name) => run('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', world.path(name)]))
      const codes = new Set((await Promise.all(read)).map(({ stdout }) => stdout.trim()))
      assert.equal(codes.size, 1)
      address = [...codes][0]
      assert.match(address, new RegExp(`^${world.origin}/verify#[0-9a-f]{64}$`))
      await stranger()
      await page.goto(address)
      await finding('holds').getByText('属实，现行有效').waitFor()
      await finding('holds').getByText('人民调解协议书').waitFor()
      await see('holds')
    })

    step('its file is checked step by step, and said not to be kept', async () => {
      await hand(file)
      await finding('holds').getByText('办公室有这些签字').waitFor()
      assert.equal(await finding('holds').locator('li:not(.failed)').count(), 7)
      await page.getByText('核对完就丢弃').waitFor()
      await see('file holds')
    })

    step('one byte in the pages, or in what was signed, is found', async () => {
      await hand(await bent('pages.pdf', (bytes) => bytes.indexOf('endobj')))
      await finding('altered').getByText('文件打印后被改动过').waitFor()
      await see('altered')
      await hand(await bent('proof.pdf', (bytes) => bytes.indexOf('mediation-proof')))
      await finding('damaged').getByText('文件已损坏或被改动').waitFor()
      await hand(world.path('seal.png'))
      await finding('not_a_paper').waitFor()
      await see('not a paper')
    })

    step('what is typed is understood with spaces, dashes and large letters, and told when it cannot be', async () => {
      const hash = address.split('#')[1]
      await stranger()
      await page.goto(`${world.origin}/verify`)
      const field = page.getByRole('textbox')
      const check = page.getByRole('button', { name: '核对', exact: true })
      await see('empty')
      await check.click()
      await page.getByText('请先输入校验码。').waitFor()
      await field.fill(hash.slice(0, 12))
      await check.click()
      await page.getByText('请至少输入前 16 位').waitFor()
      await see('flaw')
      await field.fill(`${hash.slice(0, 8)} - ${hash.slice(8, 16)}`.toUpperCase())
      await check.click()
      await finding('holds').getByText('您只输入了校验码的一部分').waitFor()
      await see('part')
      await field.fill('0'.repeat(64))
      await check.click()
      await finding('unknown').waitFor()
      await see('unknown')
      // The paper in the hand is another one than the file.
      await hand(file)
      await finding('differs').getByText('纸和文件不是同一份').waitFor()
      await see('differs')
    })

    step('once all have signed another version the paper is told as superseded, and withdrawn as withdrawn', async () => {
      pocket.put(doc, 'clauses', { text: WORDS.changed }, clause)
      await signAll()
      await stranger()
      await page.goto(address)
      await finding('superseded').getByText('属实，但已有新版本').waitFor()
      await see('superseded')
      pocket.put(doc, 'events', { kind: 'withdraw', at: Date.now(), by: pocket.person })
      await pocket.sync()
      await page.reload()
      await finding('withdrawn').getByText('这次调解已撤回').waitFor()
      await see('withdrawn')
    })

    step('it speaks the other language, and whoever is signed in finds back to the office', async () => {
      const hash = address.split('#')[1]
      const groups = hash.match(/.{8}/g)
      await page.getByRole('button', { name: 'English' }).click()
      await page.getByRole('heading', { level: 1, name: 'Check a paper' }).waitFor()
      await look.language(page, 'verify', 'en', [hash, ...groups])
      await see('english')
      await desk.open(`/verify/${hash}`)
      await desk.page.getByText('这次调解已撤回').waitFor()
      await desk.page.getByRole('link', { name: '回到办公端' }).click()
      await desk.page.getByRole('navigation', { name: '主菜单' }).waitFor()
      await context.close()
    })
  })
