// The place where the person is: page, part of it and how far down, so that a restart of the app leads back to it.
import type { Router } from 'vue-router'

/** Where somebody was, and when. `anchor`: the part of a form at the top of the screen; `top`: px of it, or of the page. */
export interface Place {
  path: string
  anchor: string | null
  top: number
  at: number
}

const MEMORY = 'warmline.field.place'
/** The next morning begins with the list of work. */
const GOOD = 6 * 3_600_000
/** Pages that are not a place to come back to. */
const NEVER = ['/', '/enrol', '/guide']
/** Quiet after scrolling, ms. */
const SETTLE = 250
/** A form that has not moved for so long has come up, ms. */
const STILL = 700
/** How long a page may take to become as long as it was, ms. */
const PATIENCE = 4_000

/** What was remembered, while it is good. */
export function rememberedPlace(now = Date.now()): Place | null {
  try {
    const place = JSON.parse(localStorage.getItem(MEMORY) ?? 'null') as Place | null
    return place && now >= place.at && now - place.at < GOOD ? place : null
  } catch {
    return null
  }
}

export const forgetPlace = (): void => localStorage.removeItem(MEMORY)

/** The part of the form whose beginning is nearest to the top of the screen, and how far it is scrolled past. */
function anchorOf(): { anchor: string | null; top: number } {
  const head = document.querySelector('.frame-top')?.getBoundingClientRect().bottom ?? 0
  const parts = [...document.querySelectorAll<HTMLElement>('[id^="part-"].part')].map((one) => ({ anchor: one.id, top: head - one.getBoundingClientRect().top }))
  parts.sort((a, b) => Math.abs(a.top) - Math.abs(b.top))
  return parts[0] ?? { anchor: null, top: scrollY }
}

const frame = () => new Promise((done) => requestAnimationFrame(done))

/** Waits until the page can be scrolled so far; false if it never can, or the person scrolls first. */
async function reachable(look: () => boolean): Promise<boolean> {
  let touched = false
  const touch = () => (touched = true)
  for (const kind of ['touchstart', 'wheel', 'keydown']) window.addEventListener(kind, touch, { once: true, passive: true })
  const until = performance.now() + PATIENCE
  while (!look() && !touched && performance.now() < until) await frame()
  for (const kind of ['touchstart', 'wheel', 'keydown']) window.removeEventListener(kind, touch)
  return !touched && look()
}

const isTall = (top: number) => () => document.documentElement.scrollHeight >= top + innerHeight

/** For the router: a list comes from the core a moment after its page, and is scrolled when it is there. */
export async function scrolled(kept: { left: number; top: number } | null): Promise<{ left: number; top: number } | false> {
  if (!kept) return { left: 0, top: 0 }
  return kept.top === 0 || (await reachable(isTall(kept.top))) ? kept : false
}

async function comeBack({ anchor, top }: Place): Promise<void> {
  if (!anchor) {
    if (top > 0 && (await reachable(isTall(top)))) window.scrollTo(0, top)
    return
  }
  const part = () => document.getElementById(anchor)
  if (!(await reachable(() => part() !== null))) return
  // Parts above it take their size one after another.
  let moved = performance.now()
  await reachable(() => {
    const head = document.querySelector('.frame-top')?.getBoundingClientRect().bottom ?? 0
    const off = (part()?.getBoundingClientRect().top ?? 0) - head + top
    if (Math.abs(off) > 1) {
      window.scrollTo(0, scrollY + off)
      moved = performance.now()
    }
    return performance.now() - moved > STILL
  })
}

/** Remembers where the person is, and leads back there when the app starts anew. */
export function keepPlace(router: Router): void {
  const place = rememberedPlace()
  let timer: ReturnType<typeof setTimeout> | undefined
  const remember = () => {
    const { path } = router.currentRoute.value
    if (NEVER.includes(path)) return
    localStorage.setItem(MEMORY, JSON.stringify({ path, ...anchorOf(), at: Date.now() } satisfies Place))
  }
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(remember, SETTLE)
  }
  const begin = () => {
    router.afterEach(soon)
    window.addEventListener('scroll', soon, { passive: true })
    window.addEventListener('pagehide', remember)
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && remember())
  }
  const isBare = ['', '#', '#/'].includes(location.hash)
  if (!place || (!isBare && location.hash !== `#${place.path}`)) return begin()
  // From the icon on the home screen: the list of work first, so that back leads there.
  if (isBare && place.path !== '/tasks') location.hash = '#/tasks'
  void router.isReady().then(async () => {
    if (router.currentRoute.value.path !== place.path && isBare) await router.push(place.path)
    if (router.currentRoute.value.path === place.path) await comeBack(place)
    begin()
  })
}
