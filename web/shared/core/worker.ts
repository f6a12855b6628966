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

/** Becomes the one writer of this phone, if no other window is; with `steal`, in any case. */
function acquire(steal: boolean): void {
  navigator.locks
    .request(LOCK, steal ? { steal: true } : { ifAvailable: true }, async (lock) => {
      if (!lock) return void tellElsewhere()
      await begin()
      // Held until the window closes or another one takes it over.
      await new Promise(() => undefined)
    })
    .catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') {
        field?.stop('elsewhere')
        field = null
      } else {
        fail(error)
      }
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
    acquire(true)
    return post({ id, result: undefined })
  }
  if (!field) return post({ id, failure: { code: 'not_ready', detail: '' } })
  const act = field[method] as (...args: unknown[]) => Promise<unknown>
  act.apply(field, args).then(
    (result) => post({ id, result }),
    (error: unknown) => post({ id, failure: told(error) }),
  )
}

acquire(false)
