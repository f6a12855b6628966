// Looks a page over as a person with poor eyes, thick thumbs or a screen reader meets it. Findings are collected, so that
// one run tells all of them.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const GRAVE = new Set(['serious', 'critical'])
/** Height of what a thumb has to hit, CSS pixels. */
const TARGET = 48

/** Folder for a picture of every page looked at, by `WARMLINE_E2E_PICTURES`; none by default. */
const PICTURES = process.env.WARMLINE_E2E_PICTURES

export class Inspection {
  findings = []

  /** A page of the field app. What screen readers and eyes for colour need does not change with the text size. */
  async phone(page, name, { sheet = false, axe = true } = {}) {
    await page.evaluate(atRest)
    await this.#picture(page, name, !sheet)
    // What lies under a sheet is out of reach until it is gone.
    if (axe) await this.#axe(page, name, sheet ? '[role="dialog"]' : 'html')
    for (const finding of await page.evaluate(tooSmallOrTooWide, TARGET)) this.findings.push(`${name}: ${finding}`)
  }

  /** A page of the office app. */
  async office(page, name) {
    await page.evaluate(atRest)
    await this.#picture(page, name, false)
    await this.#axe(page, name)
    for (const finding of await page.evaluate(tooSmallOrTooWide, 0)) this.findings.push(`${name}: ${finding}`)
  }

  /** What a page in `language` says in the other one, apart from `data`: what people and files have put in. */
  async language(page, name, language, data) {
    for (const text of await page.evaluate(foreign, [language, data])) this.findings.push(`${name}: ${language} page says “${text}”`)
  }

  async #axe(page, name, within = 'html') {
    const { violations } = await new AxeBuilder({ page }).include(within).withTags(TAGS).setLegacyMode(true).analyze()
    for (const { id, impact, nodes: all } of violations) {
      if (!GRAVE.has(impact)) continue
      const nodes = []
      for (const node of all) if (id !== 'target-size' || !(await page.evaluate(liesUnderABar, covering(node)))) nodes.push(node)
      if (nodes.length === 0) continue
      const where = nodes.map((node) => `${node.target.join(' ')} ${node.html.slice(0, 160)}`)
      this.findings.push(`${name}: ${impact} ${id} at ${where.slice(0, 3).join(' | ')}${where.length > 3 ? ` and ${where.length - 3} more` : ''}`)
    }
  }

  async #picture(page, name, fullPage) {
    if (!PICTURES) return
    await mkdir(PICTURES, { recursive: true })
    await page.screenshot({ path: join(PICTURES, `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.png`), fullPage })
  }
}

/** Selectors of what covers a part of the node, by axe's own account. */
const covering = (node) => [...node.any, ...node.all, ...node.none].flatMap(({ relatedNodes }) => relatedNodes.flatMap(({ target }) => target))

/** In the page: whether all that covers it stands in bars that stay while the page moves; it comes out by scrolling. */
function liesUnderABar(selectors) {
  const stays = (element) => {
    for (let up = element; up; up = up.parentElement) if (/fixed|sticky/.test(getComputedStyle(up).position)) return true
    return false
  }
  return selectors.length > 0 && selectors.every((selector) => stays(document.querySelector(selector)))
}

/** In the page: ends when nothing fades or slides any more; what turns for ever does not count. */
async function atRest() {
  const frame = () => new Promise(requestAnimationFrame)
  for (let still = 0; still < 3; still++) {
    await frame()
    const moving = document.getAnimations().filter((one) => one.playState === 'running' && one.effect?.getComputedTiming().endTime !== Infinity)
    if (moving.length) still = -1
    await Promise.all(moving.map((one) => one.finished.catch(() => undefined)))
  }
}

/** In the page: what sticks out sideways, and with `target` what is lower than that. */
function tooSmallOrTooWide(target) {
  const found = []
  const name = (element) => `${element.tagName.toLowerCase()}.${element.className} “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}”`
  const root = document.documentElement
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} px wide on ${root.clientWidth}`)
  const frameOf = (element) => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) if (getComputedStyle(up).overflowX !== 'visible') return up
    return root
  }
  if (target) {
    for (const element of document.body.querySelectorAll('*')) {
      const text = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue.trim())
      const box = element.getBoundingClientRect()
      if (!text || box.height <= 1 || !element.checkVisibility({ visibilityProperty: true })) continue
      const frame = frameOf(element)
      const { left, right } = frame.getBoundingClientRect()
      const scrolls = frame !== root && /auto|scroll/.test(getComputedStyle(frame).overflowX) && frame.scrollWidth > frame.clientWidth
      if (!scrolls && (box.right > right + 1 || box.left < left - 1)) found.push(`${name(element)} is cut off by ${Math.round(Math.max(box.right - right, left - box.left))} px`)
    }
    for (const element of document.body.querySelectorAll('a[href], button, input, select, textarea, summary, [role="button"], [role="switch"]')) {
      if (!element.checkVisibility({ visibilityProperty: true })) continue
      // A hidden file input is hit by its label.
      const hit = element.matches('input') && element.classList.contains('visually-hidden') ? element.closest('label') : element
      const box = hit.getBoundingClientRect()
      if (box.height > 0 && box.height < target - 0.5) found.push(`${name(hit)} is ${Math.round(box.height * 10) / 10} px high`)
    }
  }
  return found
}

/** In the page: texts of another language than `language`. */
function foreign([language, data]) {
  const texts = new Set()
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement
    if (parent && parent.checkVisibility() && !parent.closest('script, style, [lang]:not(html)')) texts.add(walk.currentNode.nodeValue)
  }
  for (const element of document.body.querySelectorAll('[aria-label], [placeholder], [title], [alt]')) {
    if (element.closest('[lang]:not(html)')) continue
    for (const name of ['aria-label', 'placeholder', 'title', 'alt']) texts.add(element.getAttribute(name) ?? '')
  }
  const known = [...data].sort((a, b) => b.length - a.length)
  const isForeign = language === 'en' ? (text) => /[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]/.test(text) : (text) => /[A-Za-z]{3,}/.test(text)
  return [...texts]
    .map((text) => [text.trim(), known.reduce((rest, one) => rest.replaceAll(one, ' '), text)])
    .filter(([text, rest]) => text && isForeign(rest))
    .map(([text]) => text.slice(0, 80))
}
