// The only place that holds the core and the database. The page talks to it by messages.

import init, { Replica } from '@wasm/core_wasm.js'
import wasmUrl from '@wasm/core_wasm_bg.wasm?url'
import type { Call, PhotoAsked, Snapshot, Told } from './api'
import { diskOf } from './disk'
import { Field } from './field'
import { LeftOver } from './leftover'
import { faultOf, told } from './problem'
import { blank } from './shape'
import { NotOwner, Store } from './store'
import type { Edit } from './views'

const LOCK = 'warmline-field'
/** How long a window that finds another writer waits to hear that it lost the lock, ms. */
const HEARING = 2_000

const scope = self as unknown as { onmessage: ((event: MessageEvent<Call>) => void) | null; postMessage(message: Told): void; close(): void }
const post = (message: Told) => scope.postMessage(message)
/** Windows tell each other that something was left. */
const channel = new BroadcastChannel('warmline-field')

let field: Field | null = null
let last: Snapshot | null = null
/** Whether another window writes. */
let elsewhere = false

const leftOver = new LeftOver(() => Store.beside(undefined, diskOf()))

const tell = (snapshot: Snapshot) => {
  last = snapshot
  post({ snapshot })
}

/** The wait for the other window to close, if there is one. */
let queue: AbortController | null = null

/**
 * Becomes the one writer of this phone. `ask`: if no other window is, else it waits for that one to close;
 * `steal`: in any case.
 */
function acquire(how: 'ask' | 'wait' | 'steal'): void {
  queue?.abort()
  queue = how === 'wait' ? new AbortController() : null
  const mine = queue
  const turn = { lost: false }
  const options: LockOptions = how === 'steal' ? { steal: true } : how === 'ask' ? { ifAvailable: true } : { signal: mine?.signal }
  navigator.locks
    .request(LOCK, options, async (lock) => {
      if (!lock) {
        tellElsewhere()
        return acquire('wait')
      }
      await begin(turn).catch(fail)
      // Held until the window closes or another one takes it over.
      await new Promise(() => undefined)
    })
    .catch((error: unknown) => {
      if (mine?.signal.aborted) return
      // Nothing but a steal ends the holding.
      if (!(error instanceof DOMException && error.name === 'AbortError')) return fail(error)
      turn.lost = true
      elsewhere = true
      // The page takes its form away, and what was typed in it comes here to be left for the other window.
      if (field) field.stop('elsewhere')
      else tellElsewhere()
      field = null
      acquire('wait')
    })
}

function tellElsewhere(): void {
  elsewhere = true
  tell({ ...(last ?? blank()), phase: 'elsewhere', handed_over: leftOver.count })
}

async function begin(turn: { lost: boolean }): Promise<void> {
  const store = await Store.open(crypto.randomUUID(), undefined, diskOf())
  // Two windows that begin at once may write their names in the other order than they took the lock.
  store.disowned = () => setTimeout(() => turn.lost || end('two windows'), HEARING)
  await init({ module_or_path: wasmUrl })
  if (turn.lost) return
  elsewhere = false
  leftOver.count = 0
  field = new Field({
    store,
    version: __APP_VERSION__,
    tell,
    broken: (error) => end(error.message),
    fresh: () => new Replica(crypto.getRandomValues(new Uint8Array(32))),
    network: () => (navigator as Navigator & { connection?: { type?: string } }).connection?.type,
  })
  await field.start()
}

/** This worker is of no use any more; the page starts a fresh one. */
function end(why: string): void {
  post({ dead: why })
  scope.close()
}

function fail(error: unknown): void {
  tell({ ...(last ?? blank()), phase: 'broken', fault: faultOf(error) })
}

async function carriedOut(method: Call['method'], args: unknown[]): Promise<unknown> {
  try {
    if (!field || method === 'takeOver') throw elsewhere ? new NotOwner() : new Error('not_ready: ')
    const act = field[method] as (...args: unknown[]) => Promise<unknown>
    return await act.apply(field, args)
  } catch (error) {
    if (!(error instanceof NotOwner)) throw error
    if (method === 'edit') await leftOver.edit(...(args as [string, Edit, never]))
    else if (method === 'addPhoto') await leftOver.photo(...(args as [string, Blob, PhotoAsked]))
    else throw new Error('not_ready: ', { cause: error })
    channel.postMessage('left')
    if (elsewhere) tellElsewhere()
    throw new Error('handed_over: ', { cause: error })
  }
}

scope.onmessage = ({ data: { id, method, args } }) => {
  if (method === 'takeOver') {
    acquire('steal')
    return post({ id, result: undefined })
  }
  carriedOut(method, args).then(
    (result) => post({ id, result }),
    (error: unknown) => post({ id, failure: told(error) }),
  )
}

channel.onmessage = () => void field?.takeLeft().catch(() => undefined)

acquire('ask')
