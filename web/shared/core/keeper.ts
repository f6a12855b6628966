import type { Batch, Replica } from '@wasm/core_wasm.js'
import { NotOwner, type Change, type Store } from './store'
import type { FrameEvent } from './views'

/** What `ready()` says after a restore. */
export interface Restored {
  docs: number
  tickets: number
  queued: number
  /** Visits whose stored form could not be read whole. */
  damaged: string[]
}

/** The core itself broke (a trap): only a fresh worker can go on, from what is stored. */
export class CoreBroken extends Error {}

const trapped = (error: unknown) => error instanceof WebAssembly.RuntimeError

/**
 * Guards the one rule of the phone: nothing the core says is believed before it is stored.
 * Calls run one after the other; a change whose batch cannot be written is undone by restoring the core from the store.
 */
export class Keeper {
  private replica: Replica | null = null
  private last: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly store: Store,
    private readonly fresh: () => Replica,
    private readonly broken: (error: CoreBroken) => void = () => undefined,
  ) {}

  /** Builds the core anew from the store. */
  restore(): Promise<Restored> {
    return this.inTurn(() => this.rebuild())
  }

  /** Reads from the core; sees only what is stored. */
  read<T>(look: (replica: Replica) => T): Promise<T> {
    return this.inTurn(async () => look(await this.present()))
  }

  /** Changes the core and stores what it says, with `beside`, in one transaction. */
  change(act: (replica: Replica) => Batch, beside: Omit<Change, 'batch'> = {}): Promise<void> {
    return this.inTurn(async () => {
      const replica = await this.present()
      let batch: Batch
      try {
        batch = act(replica)
      } catch (error) {
        // Several gestures may stand in one change: what went in before the refused one must not stay in memory alone.
        if (!trapped(error)) await this.rebuild()
        throw error
      }
      // Nothing was different: nothing to store.
      if (batch.length > 0 || Object.keys(beside).length > 0) await this.keep({ ...beside, batch })
    })
  }

  /** Gives one frame of the hub to the core and stores what it changed. */
  receive(frame: Uint8Array, now: number): Promise<FrameEvent> {
    return this.inTurn(async () => {
      const { batch, event } = (await this.present()).receive(frame, now)
      await this.keep({ batch })
      return JSON.parse(event) as FrameEvent
    })
  }

  private async keep(change: Change): Promise<void> {
    try {
      await this.store.write(change)
    } catch (error) {
      this.replica?.free()
      this.replica = null
      if (!(error instanceof NotOwner)) await this.rebuild()
      throw error
    }
  }

  private async present(): Promise<Replica> {
    if (!this.replica) await this.rebuild()
    if (!this.replica) throw new CoreBroken('no core')
    return this.replica
  }

  private async rebuild(): Promise<Restored> {
    this.replica?.free()
    this.replica = null
    const replica = this.fresh()
    for (const { key, value } of await this.store.entries()) replica.restore(key, value)
    const restored = JSON.parse(replica.ready()) as Restored
    this.replica = replica
    return restored
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.last.then(act).catch((error: unknown) => {
      if (!trapped(error)) throw error
      const broken = new CoreBroken(String(error))
      this.broken(broken)
      throw broken
    })
    this.last = turn.catch(() => undefined)
    return turn
  }
}
