// The phone's back closes what lies over a page before it leaves the page: each such layer is a step of the browser's history.
import { onBeforeUnmount, watch } from 'vue'

interface Layer {
  depth: number
  close: () => void
}

const layers: Layer[] = []
/** Steps back that the app takes itself. */
let own = 0
let settled: (() => void)[] = []

const depthOf = (state: unknown): number => Number((state as { layer?: number } | null)?.layer ?? 0)

function stepBack(): void {
  own += 1
  history.back()
}

// Before the router, which takes every step for a step between pages.
window.addEventListener(
  'popstate',
  (event) => {
    const depth = depthOf(event.state)
    if (own > 0) {
      own -= 1
      event.stopImmediatePropagation()
      if (own === 0) for (const done of settled.splice(0)) done()
      return
    }
    const top = layers.at(-1)
    if (top && depth < top.depth) {
      event.stopImmediatePropagation()
      layers.pop()
      top.close()
    } else if (!top && depth > 0) {
      // The step of a layer that its page left open: the page is there, so one step further is the same page.
      setTimeout(stepBack)
    }
  },
  true,
)

// The app was started anew with a layer open; the layer is gone.
if (depthOf(history.state) > 0) stepBack()

/** Ends when every step that the app takes itself is taken: going on before would be undone by it. */
export const steady = (): Promise<void> => (own === 0 ? Promise.resolve() : new Promise((done) => settled.push(done)))

function lay(close: () => void): Layer {
  const layer = { depth: Math.max(depthOf(history.state), layers.at(-1)?.depth ?? 0) + 1, close }
  layers.push(layer)
  history.pushState({ ...(history.state as object | null), layer: layer.depth }, '')
  return layer
}

function lift(layer: Layer): void {
  const at = layers.indexOf(layer)
  // Back has closed it.
  if (at < 0) return
  layers.splice(at, 1)
  // Its page may have been left: then the step belongs to that page's past.
  if (depthOf(history.state) === layer.depth) stepBack()
}

/** While `open` says so something lies over the page, and back calls `close` instead of leaving the page. */
export function useLayer(open: () => boolean, close: () => void): void {
  let layer: Layer | null = null
  const stop = watch(
    open,
    (now) => {
      if (now) layer ??= lay(close)
      else if (layer) {
        lift(layer)
        layer = null
      }
    },
    { immediate: true },
  )
  onBeforeUnmount(() => {
    stop()
    if (layer) lift(layer)
  })
}

/** Lays something over the page; answers how to take it away again. */
export function layer(close: () => void): () => void {
  const laid = lay(close)
  return () => lift(laid)
}
