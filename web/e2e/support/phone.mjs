// A phone: its own browser on its own profile, so that it can lose its network, its power and its memory alone.

import { readdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { chromiumPath } from './build.mjs'

export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
]

/** How long anything may take that does take time on a slow machine. */
export const PATIENCE = 30_000

/** Where phones are as long as no story moves them. */
const HERE = { latitude: 36.6912, longitude: 117.0209, accuracy: 12 }

export class Phone {
  #context = null

  constructor(world, name, { username, person, model }) {
    this.world = world
    this.name = name
    this.username = username
    this.person = person
    this.isEnrolled = false
    this.agent = `Mozilla/5.0 (Linux; Android 12; ${model}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36`
    this.profile = join(world.scratch, `phone-${name}`)
    this.isOffline = false
    this.page = null
  }

  /** Switches the phone on. Without a network nothing but what is on it can answer. */
  async start() {
    await mkdir(this.profile, { recursive: true })
    this.#context = await chromium.launchPersistentContext(this.profile, {
      executablePath: chromiumPath(),
      headless: true,
      args: FLAGS,
      viewport: { width: 360, height: 740 },
      deviceScaleFactor: 2,
      hasTouch: true,
      isMobile: true,
      userAgent: this.agent,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      geolocation: HERE,
      permissions: ['geolocation', 'camera', 'microphone'],
      offline: this.isOffline,
    })
    this.#context.setDefaultTimeout(PATIENCE)
    this.world.watch.on(this.#context, this.name, this.world.origin)
    this.page = this.#context.pages()[0] ?? (await this.#context.newPage())
  }

  get context() {
    return this.#context
  }

  get isOn() {
    return this.#context !== null
  }

  /** Opens a page of the field app from cold, by its address. */
  async open(path = '/tasks') {
    await this.page.goto('about:blank')
    await this.page.goto(`${this.world.origin}/field/#${path}`)
  }

  /** Ties the phone to a person by the link from the office. */
  async enrol(link, password) {
    await this.page.goto(link)
    await this.page.getByText('登记码格式正确').waitFor()
    await this.page.getByLabel('您的密码', { exact: true }).fill(password)
    await this.page.getByRole('button', { name: '登记', exact: true }).click()
    await this.page.getByText('手机已登记').waitFor()
    this.isEnrolled = true
  }

  /** Ties the phone to the representative of a party by the link from their mediator; nobody is asked for a password. */
  async enrolAsRepresentative(link) {
    await this.page.goto(link)
    await this.page.getByText('登记码格式正确').waitFor()
    await this.page.getByRole('button', { name: '登记', exact: true }).click()
    await this.page.getByText('手机已登记').waitFor()
    this.isEnrolled = true
  }

  /** A page of the hub's origin without the app. */
  async openNothing() {
    await this.page.goto(`${this.world.origin}/health/live`)
  }

  /**
   * Switches the phone off and on, with room for `bytes` in all; answers how to give it other room, or all there is if
   * nothing is said. Only a fresh browser asks at once; one that has asked before believes the answer for a while.
   */
  async startCramped(bytes) {
    await this.stop()
    await this.start()
    const session = await this.context.newCDPSession(this.page)
    const room = (quotaSize) => session.send('Storage.overrideQuotaForOrigin', { origin: this.world.origin, ...(quotaSize === undefined ? {} : { quotaSize }) })
    await this.openNothing()
    await room(bytes)
    return room
  }

  async newTab(path = '/tasks') {
    const tab = await this.#context.newPage()
    await tab.goto(`${this.world.origin}/field/#${path}`)
    return tab
  }

  /** The phone hears where it is anew, as a real one does all the time; here a position ages until it is told again. */
  async locate() {
    await this.#context.setGeolocation(HERE)
  }

  async offline() {
    this.isOffline = true
    await this.#context.setOffline(true)
  }

  async online() {
    this.isOffline = false
    await this.#context.setOffline(false)
  }

  async stop() {
    const context = this.#context
    this.#context = null
    this.page = null
    await context?.close()
  }

  /** Takes the battery out: every process of this browser is gone at once. */
  async pullBattery() {
    const context = this.#context
    this.#context = null
    this.page = null
    const gone = context.waitForEvent('close')
    process.kill(-browserOf(this.profile), 'SIGKILL')
    await gone
  }

  /** What the phone's database holds in one of its stores, as `[key, value]` pairs; bytes as hex. */
  stored(store) {
    return this.page.evaluate(async (name) => {
      const db = await new Promise((done, failed) => {
        const opening = indexedDB.open('warmline-field')
        opening.onsuccess = () => done(opening.result)
        opening.onerror = () => failed(opening.error)
      })
      const read = (asked) => new Promise((done, failed) => Object.assign(asked, { onsuccess: () => done(asked.result), onerror: () => failed(asked.error) }))
      const from = db.transaction(name).objectStore(name)
      const [keys, values] = await Promise.all([read(from.getAllKeys()), read(from.getAll())])
      db.close()
      const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      return keys.map((key, i) => [key, values[i] instanceof Uint8Array ? hex(values[i]) : values[i]])
    }, store)
  }

  /** Sets the phone's clock, for the page and the core behind it, until the app is started anew. */
  async setClock(text) {
    const jump = (at) => {
      const ahead = at - Date.now()
      const real = Date.now.bind(Date)
      Date.now = () => real() + ahead
    }
    const at = Date.parse(text)
    await this.page.evaluate(jump, at)
    for (const worker of this.page.workers()) await worker.evaluate(jump, at)
  }

  // ---- what a thumb does ----

  part(name) {
    return this.page.locator(`#part-${name}`)
  }

  sheet() {
    return this.page.getByRole('dialog')
  }

  async choose(group, option, within = this.page) {
    const place = within.getByRole('group', { name: group, exact: true })
    if (within === this.page) await this.reach(place)
    await place.getByRole('button', { name: option, exact: true }).click()
  }

  /** Speaks a language from now on; both are always offered, and the words of the other one are fetched first. */
  async speak(language) {
    await this.open('/me')
    await this.page.getByRole('button', { name: language === 'en' ? /English/ : /中文/ }).click()
    await this.page.waitForFunction((wanted) => document.documentElement.lang === wanted, language)
  }

  async write(label, text, within = this.page) {
    const place = within.getByLabel(label, { exact: true })
    if (within === this.page) await this.reach(place)
    await place.fill(text)
  }

  /** Goes on to what a form does not ask for first, if that is where the place is. */
  async reach(place) {
    const more = this.page.locator('[data-test="more"]')
    await place.or(more).first().waitFor()
    if ((await place.count()) === 0) await more.click()
  }

  /** Answers a question of a form by one of its choices, a text or a number. */
  async answer(question, answer) {
    const place = this.page.locator(`[data-test="question-${question}"]`)
    await this.reach(place)
    const choice = place.getByRole('button', { name: answer, exact: true })
    await place.waitFor()
    if (await choice.count()) await choice.click()
    else await place.locator('input, textarea').fill(answer)
  }

  /** Takes a photo; ends when the phone has kept it. */
  async photograph(role, file) {
    const before = await this.page.locator('.photo-tile').count()
    await this.pickPhoto(role, file)
    await this.page.locator('.photo-tile').nth(before).waitFor()
  }

  /** Hands a file over by the camera's file chooser. */
  async pickPhoto(role, file) {
    const taker = this.page.locator(`label:has([data-test="photo-${role}"])`)
    const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), taker.click()])
    await chooser.setFiles(file)
  }

  /** Ends when everything typed and tapped so far is said to be on the phone. */
  async saved() {
    await this.page.locator('[data-test="saved"]', { hasText: '已存手机' }).waitFor()
  }

  /** Everything the open form shows: chosen options, written texts, entries, how many photos. */
  form() {
    return this.page.evaluate(() => {
      const text = (element) => (element?.innerText ?? '').trim()
      const shown = {}
      for (const group of document.querySelectorAll('main fieldset.chips')) {
        shown[text(group.querySelector('legend'))] = [...group.querySelectorAll('.chip.on')].map(text).join()
      }
      for (const input of document.querySelectorAll('main input.input, main textarea.input')) {
        const label = document.querySelector(`label[for="${CSS.escape(input.id)}"]`)
        shown[text(label)] = input.value
      }
      shown.entries = [...document.querySelectorAll('#part-arrival li, .person, .entry-open')].map(text)
      shown.photos = document.querySelectorAll('.photo-tile img').length
      return shown
    })
  }

  /** Goes on from the list of records to the form of the visit to `place`. */
  async openRecord(title) {
    await this.open('/records')
    await this.page.locator('[data-test="record"]', { hasText: title }).click()
    await this.part('arrival').waitFor()
  }

  /** Submits the open visit, with `words` to the office; ends when the mark is kept on the phone. */
  async submit(button = '提交审核', words = '') {
    if (words) {
      await this.page.locator('[data-test="submit-note"]').click()
      await this.sheet().getByLabel('给办公室的话').fill(words)
      await this.sheet().locator('[data-test="submit-confirm"]').click()
    } else await this.page.getByRole('button', { name: button, exact: true }).click()
    await this.page.getByText(/^已提交/).first().waitFor()
    await this.saved()
  }

  /** Text of the sync chip, once it is in `state`. */
  async chip(state, page = this.page) {
    const chip = page.locator(`[data-test="sync-chip"][data-state="${state}"]`)
    await chip.waitFor()
    return chip.innerText()
  }
}

/** Process id of the browser that runs on `profile`, which leads its own process group. */
export function browserOf(profile) {
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let words = []
    try {
      words = readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0')
    } catch {
      // It ended meanwhile.
    }
    if (words.includes(`--user-data-dir=${profile}`) && !words.some((word) => word.startsWith('--type='))) return Number(id)
  }
  throw new Error(`no browser runs on ${profile}`)
}
