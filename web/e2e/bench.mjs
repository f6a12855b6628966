// What the field app costs with 20,000 records on the phone, in a real Chromium against the real hub, with the processor
// slowed down: `make bench-phone`. TICKETS, VISITS, ROUNDS and FACTOR make it shorter or harder. Prints a Markdown table.

import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { brotliCompressSync } from 'node:zlib'
import { ensureBuilt } from './support/build.mjs'
import { browserOf } from './support/phone.mjs'
import { Slow } from './support/slow.mjs'
import { World } from './support/world.mjs'

const TICKETS = Number(process.env.TICKETS ?? 10_000)
const VISITS = Number(process.env.VISITS ?? 10_000)
const ROUNDS = Number(process.env.ROUNDS ?? 5)
const FACTOR = Number(process.env.FACTOR ?? 4)
const PATIENCE = 900_000
/** Tickets that one call gives away. */
const GIVEN = 200

const WHAT = ['楼道堆放杂物', '电动车飞线充电', '夜间施工噪声', '路灯不亮', '下水道堵塞返味', '门前占道经营', '楼顶漏水', '网络不通']
const ROADS = ['天桥东街', '北园大街', '和平路', '无影山中路', '堤口路', '济洛路']
const SEARCHES = ['tqdj', '3-2-501', '0042', '路灯不亮', 'SQ-20261124-07777']

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
const ms = (number) => `${Math.round(number)} ms`
const say = (text) => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`)

const place = (i) => `${ROADS[i % ROADS.length]} ${(i % 40) + 1} 号院 ${(i % 12) + 1} 号楼 ${(i % 4) + 1} 单元 ${((i % 6) + 1) * 100 + (i % 3) + 1}`

async function seedTickets(world) {
  const desk = await world.desk()
  const rows = Array.from({ length: TICKETS }, (_, i) => `SQ-20261124-${String(i).padStart(5, '0')},${WHAT[i % WHAT.length]},居民来电反映，希望尽快处理。,2026-11-23 10:00,2027-0${(i % 9) + 1}-1${i % 10},${place(i)},和平社区,${i % 50 === 0 ? '紧急' : '一般'}`)
  for (let at = 0; at < rows.length; at += 5_000) {
    const file = await world.hub.file(`many-${at}.csv`, `工单编号,标题,内容,派发时间,办理时限,地址,社区,紧急程度\n${rows.slice(at, at + 5_000).join('\n')}\n`)
    await world.hub.command('import', 'tickets', file)
  }
  const { items: units } = await desk.call('GET', '/units')
  const to = { kind: 'community', id: units.find((unit) => unit.name === '和平社区').id }
  let cursor = ''
  const ids = []
  do {
    const page = await desk.call('GET', `/tickets?limit=${GIVEN}${cursor}`)
    ids.push(...page.items.map((ticket) => ticket.id))
    cursor = page.next ? `&cursor=${encodeURIComponent(page.next)}` : ''
  } while (cursor)
  for (let at = 0; at < ids.length; at += GIVEN) await desk.call('POST', '/tickets/assign', { to, tickets: ids.slice(at, at + GIVEN).map((id) => ({ id, assigned_before: null })) })
  return ids
}

/** Visits as the app writes them, by the same core, put where the app keeps them. */
async function seedVisits(phone, tickets) {
  const core = await import('../wasm/core_wasm.js')
  core.initSync({ module: readFileSync(new URL('../wasm/core_wasm_bg.wasm', import.meta.url)) })
  await phone.openNothing()
  const replica = new core.Replica(crypto.getRandomValues(new Uint8Array(32)))
  for (const [key, hex] of await phone.stored('replica')) replica.restore(key, Buffer.from(hex, 'hex'))
  replica.ready()
  const { person } = (await phone.stored('singles')).find(([key]) => key === 'session')[1]
  const now = Date.now()
  const id = (i, of) => `01${'0123456789ABCDEFGHJKMNPQRSTVWXYZ'[of]}${i.toString().padStart(23, '0')}`
  for (let at = 0; at < VISITS; at += 500) {
    const written = new Map()
    for (let i = at; i < Math.min(VISITS, at + 500); i++) {
      const doc = id(i, 9)
      const edits = [
        { edit: 'put_entry', collection: 'participants', id: id(i, 10), fields: { user: person, role: 'grid_worker', joined_at: now } },
        { edit: 'set_field', field: 'address', value: place(i) },
        { edit: 'set_field', field: 'finding_kind', value: 'clutter' },
        { edit: 'set_note', note: 'process', text: '到现场看了，和住户谈过，约定周末前自己清走。' },
      ]
      for (const write of [...replica.begin('visit', doc, tickets[i % tickets.length], now - i * 1000), ...edits.flatMap((edit) => replica.edit(doc, JSON.stringify(edit), now - i * 1000))]) written.set(write.key, write.value ? Buffer.from(write.value).toString('base64') : null)
    }
    await phone.page.evaluate(async (writes) => {
      const db = await new Promise((done) => Object.assign(indexedDB.open('warmline-field'), { onsuccess: (event) => done(event.target.result) }))
      const tx = db.transaction('replica', 'readwrite')
      for (const [key, value] of writes) value === null ? tx.objectStore('replica').delete(key) : tx.objectStore('replica').put(Uint8Array.from(atob(value), (c) => c.charCodeAt(0)), key)
      await new Promise((done) => (tx.oncomplete = done))
      db.close()
    }, [...written])
  }
}

/** Switches the phone on, slowed down and without a network, and opens its list; answers how long that took. */
async function coldStart(phone, slow) {
  await phone.stop()
  await phone.start()
  await phone.page.goto('about:blank')
  const { began, shown } = await slowly(phone, slow, async () => {
    await phone.page.goto(`${phone.world.origin}/field/#/tasks`, { timeout: PATIENCE })
    await phone.page.locator('[data-test="ticket"]').first().waitFor({ timeout: PATIENCE })
    // The list answers a finger: two frames after it stands there.
    return phone.page.evaluate(async () => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
      return { began: 0, shown: performance.now() }
    })
  })
  return shown - began
}

async function slowly(phone, slow, act) {
  const brake = new Slow(browserOf(phone.profile), FACTOR)
  brake.begin()
  try {
    return await act()
  } finally {
    brake.end()
    slow.push(brake.measured())
  }
}

const searched = (page, text) =>
  page.evaluate(async (sought) => {
    const field = document.querySelector('input[type=search]')
    const began = performance.now()
    field.value = sought
    field.dispatchEvent(new Event('input', { bubbles: true }))
    await new Promise((done) => {
      const look = () => (document.querySelector('[data-found]')?.dataset.found === sought ? requestAnimationFrame(() => requestAnimationFrame(done)) : setTimeout(look, 2))
      look()
    })
    return { took: performance.now() - began, hits: document.querySelectorAll('[data-test="ticket"], [data-test="record"]').length }
  }, text)

/** From the tap on a choice of the open form to the word that it is kept. */
const saved = (page, n) =>
  page.evaluate(async (turn) => {
    const chips = document.querySelectorAll('.part .chip')
    const tag = document.querySelector('[data-test="saved"]')
    let saving = false
    const kept = new Promise((done) => {
      const observer = new MutationObserver(() => {
        if (tag.classList.contains('info')) saving = true
        else if (saving && tag.classList.contains('success')) (observer.disconnect(), done())
      })
      observer.observe(tag, { attributes: true, childList: true, subtree: true, characterData: true })
    })
    const began = performance.now()
    chips[turn % 4].click()
    await kept
    return performance.now() - began
  }, n)

/** Bytes of everything that the app keeps for use without a network, as a release sends it: pictures as they are, the rest in brotli. */
async function packageSize(origin) {
  const worker = await (await fetch(`${origin}/field/sw.js`)).text()
  const files = JSON.parse(/\[\s*"[^\]]*\]/.exec(worker)[0])
  const sizes = await Promise.all([...files, 'sw.js'].map((file) => new Promise((done, failed) => {
    get(`${origin}/field/${file}`, (answer) => {
      const parts = []
      answer.on('data', (part) => parts.push(part)).on('end', () => done(file.endsWith('.png') ? Buffer.concat(parts).length : brotliCompressSync(Buffer.concat(parts)).length))
    }).on('error', failed)
  })))
  return sizes.reduce((sum, size) => sum + size, 0)
}

const world = new World()
try {
  ensureBuilt()
  await world.open()
  say(`${TICKETS} tickets and ${VISITS} visits`)
  const tickets = await seedTickets(world)
  say('tickets are given')
  const phone = world.phone('worker')
  await phone.start()
  phone.context.setDefaultTimeout(PATIENCE)
  const enrolledAt = performance.now()
  await phone.enrol(await (await world.desk()).enrolmentLink(phone.person), world.passwords.get(phone.username))
  await phone.page.getByRole('heading', { name: '可以离线使用了' }).waitFor({ timeout: PATIENCE })
  const firstSync = performance.now() - enrolledAt
  say(`first sync ${ms(firstSync)}`)
  await seedVisits(phone, tickets)
  say('visits are written')
  // Comes back as every phone does the next morning; the first start after so much was written reads all of it once.
  await phone.offline()
  const firstAt = performance.now()
  await phone.open()
  await phone.page.locator('[data-test="ticket"]').first().waitFor({ timeout: PATIENCE })
  say(`first start after the visits were written, not slowed down: ${ms(performance.now() - firstAt)}`)
  await new Promise((done) => setTimeout(done, 5_000))
  const rows = []
  const factors = []
  const starts = []
  for (let round = 0; round < ROUNDS; round++) {
    starts.push(await coldStart(phone, factors))
    say(`cold start ${ms(starts.at(-1))}`)
  }
  rows.push(['cold start to the list of work, median', '2 s', ms(median(starts)), ms(Math.max(...starts))])
  const searches = []
  await slowly(phone, factors, async () => {
    for (const text of SEARCHES) {
      const { took, hits } = await searched(phone.page, text)
      searches.push(took)
      say(`${text}: ${hits} shown, ${ms(took)}`)
    }
  })
  rows.push(['search, from the key to the hits on the screen', '300 ms', ms(median(searches)), ms(Math.max(...searches))])
  await phone.page.goto(`${phone.world.origin}/field/#/ticket/${tickets[1]}`)
  await phone.page.getByRole('button', { name: /开始走访|另开/ }).first().click()
  await phone.page.locator('.part .chip').first().waitFor()
  const saves = []
  await slowly(phone, factors, async () => {
    for (let n = 0; n < 8; n++) {
      saves.push(await saved(phone.page, n))
      await new Promise((done) => setTimeout(done, 1_500))
    }
  })
  say(`saves ${saves.map(ms).join(', ')}`)
  rows.push(['a tap in the form, until it says that it is kept', '200 ms', ms(median(saves)), ms(Math.max(...saves))])
  await phone.online()
  rows.push(['the whole app for use without a network, in brotli', '900 KB', `${Math.round((await packageSize(world.origin)) / 1024)} KB`, ''])
  console.log(`\nslowed down ${median(factors).toFixed(1)} times; first sync of ${TICKETS} tickets, not slowed down: ${ms(firstSync)}\n`)
  console.log('| what | target | median | worst |\n|---|---|---|---|')
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
} finally {
  await world.close()
}
