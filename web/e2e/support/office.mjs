// A desk of the office: a fresh browser context, signed in by the form.

import { randomInt } from 'node:crypto'
import { until } from './eyes.mjs'
import { PATIENCE } from './phone.mjs'

export class Desk {
  #bearer = ''
  /** Requests under way; the live channel always is. */
  #asked = new Set()

  constructor(world, name) {
    this.world = world
    this.name = name
  }

  async start() {
    this.context = await this.world.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
    this.context.setDefaultTimeout(PATIENCE)
    this.world.watch.on(this.context, this.name, this.world.origin)
    this.context.on('request', (request) => (this.#bearer = request.headers().authorization ?? this.#bearer))
    this.context.on('request', (request) => !request.url().endsWith('/v1/office/live') && this.#asked.add(request))
    for (const end of ['requestfinished', 'requestfailed']) this.context.on(end, (request) => this.#asked.delete(request))
    this.page = await this.context.newPage()
    await this.page.goto(`${this.world.origin}/office/`)
  }

  /** Opens a page of the office app by its address. */
  async open(path = '/') {
    await this.page.goto(`${this.world.origin}/office/#${path}`)
  }

  /** Waits until the page has nothing more to fetch. */
  async settled() {
    let since = Date.now()
    await until(() => {
      if (this.#asked.size > 0) since = Date.now()
      return Date.now() - since > 500
    })
  }

  async signIn({ username, password }) {
    await this.page.getByLabel('用户名', { exact: true }).fill(username)
    await this.page.getByLabel('密码', { exact: true }).fill(password)
    await this.page.getByRole('button', { name: '登录', exact: true }).click()
    const menu = this.page.getByRole('navigation', { name: '主菜单' })
    const first = this.page.getByText('请设置自己的密码')
    await menu.or(first).first().waitFor()
    if (await first.isVisible()) await this.#chooseOwn(username)
    await menu.waitFor()
  }

  /** A password that was handed out opens nothing: its person chooses their own. */
  async #chooseOwn(username) {
    const own = `liushu-${randomInt(100_000, 999_999)}`
    await this.page.getByLabel('新密码', { exact: true }).fill(own)
    await this.page.getByLabel('再输一遍新密码', { exact: true }).fill(own)
    await this.page.getByRole('button', { name: '设置密码并登录' }).click()
    this.world.passwords.set(username, own)
  }

  async go(section) {
    await this.page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: section }).click()
    await this.page.getByRole('heading', { level: 1, name: section === '导入' ? '导入工单' : section }).waitFor()
  }

  /** Imports a file by the import screen; ends when `added` new tickets are in. */
  async import(name, text, added) {
    await this.go('导入')
    const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), this.page.locator('.drop').getByRole('button', { name: '选择文件' }).first().click()])
    await chooser.setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
    await this.page.getByRole('button', { name: `导入 ${added} 件` }).click()
    await this.page.getByRole('button', { name: '去派单' }).waitFor()
  }

  /** Chooses `option` in a drop-down list. */
  async pick(list, option) {
    await list.click()
    await this.page.getByRole('option', { name: option }).click()
  }

  /** Makes an enrolment code for somebody by the people page; answers the link that the picture carries. */
  async enrolmentLink(name) {
    await this.go('人员与设备')
    const [answer] = await Promise.all([
      this.page.waitForResponse((response) => response.url().endsWith('/enrolment')),
      this.page.getByRole('button', { name: `给${name}登记手机` }).click(),
    ])
    const { url, code } = await answer.json()
    const dialog = this.page.getByRole('dialog')
    await dialog.getByText(code).waitFor()
    await dialog.getByRole('button', { name: '完成' }).click()
    await dialog.waitFor({ state: 'detached' })
    return url
  }

  /** A call of the HTTP API as the person at this desk. */
  async call(method, path, body) {
    const answer = await fetch(`${this.world.origin}/v1${path}`, {
      method,
      headers: { Authorization: this.#bearer, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? null : answer.json()
  }

  /** Gives a ticket to a unit, as somebody does who has it on the screen. */
  async assign(id, to) {
    const { assigned } = await this.call('GET', `/tickets/${id}`)
    return this.call('POST', `/tickets/${id}/assign`, { to, assigned_before: assigned?.id ?? null })
  }

  /** Decides on a visit, as somebody does who has it on the screen. */
  async review(id, decision, words = {}) {
    const { changed_seq: seen } = await this.call('GET', `/visits/${id}`)
    return this.call('POST', `/visits/${id}/review`, { decision, seen, ...words })
  }

  async stop() {
    await this.context?.close()
  }
}
