// A phone's processor is a quarter of a desk's: the processes that draw a browser's pages get a share of the time. Unlike the
// throttling of developer tools this holds for workers too, and the whole core of the field app runs in one.

import { readdirSync, readFileSync } from 'node:fs'

/** One round of running and standing still, ms. */
const ROUND = 40

export class Slow {
  #timer = null
  #stopped = new Set()
  /** How long they ran and how long they stood still, ms. */
  ran = 0
  stood = 0

  /** `browser`: process id of a browser; `factor`: how many times slower. */
  constructor(browser, factor) {
    this.browser = browser
    this.factor = factor
  }

  begin() {
    let ids = renderersOf(this.browser)
    let looked = performance.now()
    let since = performance.now()
    const stand = () => {
      this.ran += performance.now() - since
      since = performance.now()
      if (since - looked > 150) [ids, looked] = [renderersOf(this.browser), since]
      for (const id of ids) this.#signal(id, 'SIGSTOP')
      this.#timer = setTimeout(run, ROUND - ROUND / this.factor)
    }
    const run = () => {
      this.#goOn()
      this.stood += performance.now() - since
      since = performance.now()
      this.#timer = setTimeout(stand, ROUND / this.factor)
    }
    stand()
  }

  end() {
    clearTimeout(this.#timer)
    this.#goOn()
  }

  /** How many times slower they really were. */
  measured() {
    return (this.ran + this.stood) / this.ran
  }

  #goOn() {
    for (const id of this.#stopped) this.#signal(id, 'SIGCONT')
    this.#stopped.clear()
  }

  #signal(id, signal) {
    try {
      process.kill(id, signal)
      this.#stopped.add(id)
    } catch {
      // It ended meanwhile.
    }
  }
}

/** The processes of a browser that draw pages and run their workers. */
function renderersOf(browser) {
  const parents = new Map()
  const renderers = []
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const id = Number(name)
      parents.set(id, Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1).split(' ')[1]))
      if (readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes('--type=renderer')) renderers.push(id)
    } catch {
      // It ended meanwhile.
    }
  }
  const within = (id) => id === browser || (parents.has(id) && within(parents.get(id)))
  return renderers.filter(within)
}
