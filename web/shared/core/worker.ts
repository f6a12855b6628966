// The only place that holds the core and the database. The page talks to it by messages.

import init, { Replica } from '@wasm/core_wasm.js'
import wasmUrl from '@wasm/core_wasm_bg.wasm?url'
import type { Call, Snapshot, Told } from './api'
import { diskOf } from './disk'
import { Field } from './field'
import { faultOf, told } from './problem'
import { blank } from './shape'
import { Store } from './store'

const LOCK = 'warmline-field'

const scope = self as unknown as { onmessage: ((event: MessageEvent<Call>) => void) | null; postMessage(message: Told): void; close(): void }
const post = (message: Told) => scope.postMessage(message)

let field: Field | null = null
let last: Snapshot | null = null

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
  const options: LockOptions = how === 'steal' ? { steal: true } : how === 'ask' ? { ifAvailable: true } : { signal: mine?.signal }
  navigator.locks
    .request(LOCK, options, async (lock) => {
      if (!lock) {
        tellElsewhere()
        return acquire('wait')
      }
      await begin().catch(fail)
      // Held until the window closes or another one takes it over.
      await new Promise(() => undefined)
    })
    .catch((error: unknown) => {
      if (mine?.signal.aborted) return
      // Nothing but a steal ends the holding.
      if (!(error instanceof DOMException && error.name === 'AbortError')) return fail(error)
      field?.stop('elsewhere')
      field = null
      acquire('wait')
    })
}

function tellElsewhere(): void {
  tell({ ...(last ?? blank()), phase: 'elsewhere' })
}

async function begin(): Promise<void> {
  const store = await Store.open(crypto.randomUUID(), undefined, diskOf())
  await init({ module_or_path: wasmUrl })
  field = new Field({
    store,
    version: __APP_VERSION__,
    tell,
    broken: (error) => {
      post({ dead: error.message })
      scope.close()
    },
    fresh: () => new Replica(crypto.getRandomValues(new Uint8Array(32))),
    network: () => (navigator as Navigator & { connection?: { type?: string } }).connection?.type,
  })
  await field.start()
}

function fail(error: unknown): void {
  tell({ ...(last ?? blank()), phase: 'broken', fault: faultOf(error) })
}

scope.onmessage = ({ data: { id, method, args } }) => {
  if (method === 'takeOver') {
    acquire('steal')
    return post({ id, result: undefined })
  }
  if (!field) return post({ id, failure: { code: 'not_ready', detail: '' } })
  const act = field[method] as (...args: unknown[]) => Promise<unknown>
  act.apply(field, args).then(
    (result) => post({ id, result }),
    (error: unknown) => post({ id, failure: told(error) }),
  )
}

acquire('ask')
