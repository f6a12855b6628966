// One sub-district for all stories: a hub that was set up from nothing, the line to it, an office browser and phones.

import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { ROOT, chromiumPath } from './build.mjs'
import { Hub } from './hub.mjs'
import { Line } from './line.mjs'
import { Desk } from './office.mjs'
import { FLAGS, Phone } from './phone.mjs'
import { Watch } from './watch.mjs'

const ORGANISATION = {
  street: { code: '370105099', name: '和平街道' },
  communities: [
    {
      code: '370105099001',
      name: '和平社区',
      grids: [
        { code: '370105099001-01', name: '和平第一网格' },
        { code: '370105099001-02', name: '和平第二网格' },
      ],
    },
    { code: '370105099002', name: '新华社区', grids: [{ code: '370105099002-01', name: '新华第一网格' }] },
  ],
}

/** Who works here besides the reviewer: username, name, role, units. */
const PEOPLE = [
  ['wang.xm', '王小梅', '网格员', '370105099001-01;370105099001'],
  ['zhao.dc', '赵大成', '楼道长', '370105099001'],
  ['sun.zy', '孙志远', '志愿者', '370105099001'],
  ['qian.yl', '钱雨澜', '网格员', '370105099001'],
  ['he.jg', '何建国', '社区书记', '370105099001'],
]

/** Whose phone is whose, and what it is. */
const PHONES = {
  worker: { username: 'wang.xm', person: '王小梅', model: 'HUAWEI NOH-AN00' },
  captain: { username: 'zhao.dc', person: '赵大成', model: 'V2055A' },
  volunteer: { username: 'sun.zy', person: '孙志远', model: 'Redmi Note 11' },
  colleague: { username: 'qian.yl', person: '钱雨澜', model: 'OPPO PCAM00' },
  secretary: { username: 'he.jg', person: '何建国', model: 'HONOR ANY-AN00' },
  // Of a team that a story adds.
  team: { username: 'xu.jc', person: '许佳成', model: 'HUAWEI TET-AN00' },
  duty: { username: 'lu.ws', person: '陆文山', model: 'HUAWEI TET-AN00' },
  // A resident: no account until a mediator lets them in.
  representative: { person: '张文清', model: 'vivo Y76s' },
  spare: { person: '张文清', model: 'Redmi Note 8' },
}
const HEADER = '工单编号,标题,内容,派发时间,办理时限,地址,社区,紧急程度'

export const REVIEWER = { username: 'zhou.min', name: '周敏' }

/** What people and files have put in: it stays as it is whatever language a page speaks. */
const WORDS = [
  ...JSON.stringify(ORGANISATION).match(/[\u4e00-\u9fff]+/g),
  ...PEOPLE.flatMap(([username, name]) => [username, name]),
  ...Object.values(PHONES).map((phone) => phone.model),
  REVIEWER.name,
  REVIEWER.username,
  '华为', 'NOH-AN00', 'TET-AN00', '荣耀', 'ANY-AN00', '小米', 'OPPO',
  // Said alike in both languages.
  '中文', 'English', 'XLSX', 'XLS', 'ODS', 'CSV', 'JPEG', 'PNG', 'Wi-Fi', 'Alt', 'SQ-', '自收-',
]

export class World {
  #desk = null
  desks = []
  /** Hubs of stories that need one of their own, each with its line. */
  hubs = []
  phones = new Map()
  /** First passwords by username. */
  passwords = new Map()
  watch = new Watch()
  /** Words of people and files, as far as they were put in by now. */
  words = [...WORDS]
  artifacts = join(ROOT, 'target/e2e')

  async open() {
    await rm(this.artifacts, { recursive: true, force: true })
    await mkdir(this.artifacts, { recursive: true })
    this.scratch = await mkdtemp(join(tmpdir(), 'warmline-e2e-'))
    this.line = new Line()
    await this.line.open()
    this.origin = this.line.origin
    this.hub = new Hub(this.scratch, this.origin, join(this.artifacts, 'hub.log'))
    this.line.port = () => this.hub.port
    await this.#settle()
    await this.hub.start()
    this.browser = await chromium.launch({ executablePath: chromiumPath(), headless: true, args: FLAGS })
  }

  /** The street, its people and a first ticket, by the command line as a system administrator would. */
  async #settle() {
    const { hub } = this
    await hub.command('import', 'org', await hub.file('org.json', JSON.stringify(ORGANISATION)))
    const added = await hub.command('user', 'add', REVIEWER.username, '--name', REVIEWER.name, '--role', 'office_reviewer')
    this.passwords.set(REVIEWER.username, added.initial_password)
    const table = ['username,name,role,units', ...PEOPLE.map((row) => row.join(','))].join('\n')
    const { people } = await hub.command('import', 'users', await hub.file('people.csv', table))
    for (const one of people) this.passwords.set(one.username, one.initial_password)
  }

  /** The office desk of the reviewer, signed in. */
  async desk() {
    if (!this.#desk) {
      this.#desk = await this.newDesk('office')
      await this.#desk.signIn({ username: REVIEWER.username, password: this.passwords.get(REVIEWER.username) })
    }
    return this.#desk
  }

  /** Another desk, with nobody signed in. */
  async newDesk(name) {
    const desk = new Desk(this, name)
    this.desks.push(desk)
    await desk.start()
    return desk
  }

  /** Somebody at a desk of their own, signed in. */
  async signedIn(name, username, password = this.passwords.get(username)) {
    this.passwords.set(username, password)
    const desk = await this.newDesk(name)
    await desk.signIn({ username, password })
    return desk
  }

  /** The phone called `name`; off until started. */
  phone(name) {
    const phone = this.phones.get(name) ?? new Phone(this, name, PHONES[name])
    this.phones.set(name, phone)
    return phone
  }

  /** The phone called `name`, on, online and enrolled. */
  async working(name) {
    const phone = this.phone(name)
    if (!phone.isOn) await phone.start()
    await phone.online()
    await phone.locate()
    if (!phone.isEnrolled) await phone.enrol(await (await this.desk()).enrolmentLink(phone.person), this.passwords.get(phone.username))
    await phone.open()
    await phone.chip('chip.done')
    return phone
  }

  /** A new ticket in the hands of the community; answers its id. */
  async ticket({ number, title, address = '和平路 1 号院 5 号楼', urgency = '一般', due = '2027-01-30' }) {
    this.words.push(title, address, '请尽快到现场处理。')
    const desk = await this.desk()
    const file = await this.hub.file(`${number}.csv`, `${HEADER}\n${number},${title},请尽快到现场处理。,2026-11-23 10:00,${due},${address},和平社区,${urgency}\n`)
    const { added } = await this.hub.command('import', 'tickets', file)
    if (added !== 1) throw new Error(`the ticket ${number} was not added`)
    const { items } = await desk.call('GET', `/tickets?query=${number}`)
    const { items: units } = await desk.call('GET', '/units')
    await desk.call('POST', `/tickets/${items[0].id}/assign`, { to: { kind: 'community', id: units.find((unit) => unit.name === '和平社区').id } })
    return items[0].id
  }

  path(name) {
    return join(this.scratch, name)
  }

  /** Keeps what a person would have seen when a step failed. */
  async keepEvidence(of) {
    const stem = of.replaceAll(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80)
    const pages = [...this.desks.flatMap((desk) => desk.context?.pages() ?? []), ...[...this.phones.values()].flatMap((phone) => phone.context?.pages() ?? [])]
    for (const [i, page] of pages.entries()) {
      await page.screenshot({ path: join(this.artifacts, `${stem}-${i + 1}.png`), timeout: 10_000 }).catch(() => undefined)
    }
    await writeFile(join(this.artifacts, `${stem}.log`), this.watch.lines.join('\n'))
    // Where only the output of a run is kept, the words on the screens are all there is.
    for (const page of pages) {
      const words = await page.evaluate(() => document.body.innerText).catch(() => '')
      console.log(`       ${page.url()} said: ${words.replaceAll(/\s+/g, ' ').slice(0, 1_500)}`)
    }
    for (const line of this.watch.lines.slice(-12)) console.log(`       ${line}`)
    console.log(`       evidence: ${join(this.artifacts, stem)}*`)
  }

  /** The next story finds the line whole and the hub there, however the one before ended. */
  async mend() {
    this.line.mend()
    if (this.hub.port === null) await this.hub.start()
  }

  async close() {
    await Promise.allSettled([...this.phones.values()].map((phone) => phone.stop()))
    await this.browser?.close().catch(() => undefined)
    for (const { hub, line } of this.hubs) {
      line.close()
      await hub.kill()
    }
    this.line?.close()
    await this.hub?.kill()
    await rm(this.scratch, { recursive: true, force: true }).catch(() => undefined)
  }
}
