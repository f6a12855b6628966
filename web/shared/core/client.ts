import { shallowRef } from 'vue'
import type { Call, FieldApi, Snapshot, Told } from './api'
import { blank } from './shape'

/** A call that the worker could not carry out. The message files have a sentence for most codes. */
export class Failure extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`)
  }
}

/** More restarts than this within a minute mean that a fresh worker does not help. */
const MOST_RESTARTS = 3

/** What the worker last told of the phone. */
export const snapshot = shallowRef<Snapshot>(blank())

let worker: Worker | null = null
let next = 1
let restarts: number[] = []
const pending = new Map<number, { done: (value: unknown) => void; failed: (error: Failure) => void }>()

function started(): Worker {
  const fresh = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  fresh.onmessage = ({ data }: MessageEvent<Told>) => heard(data)
  fresh.onerror = (event) => died(event.message)
  return fresh
}

function heard(told: Told): void {
  if ('snapshot' in told) snapshot.value = told.snapshot
  else if ('dead' in told) died(told.dead)
  else {
    const waiting = pending.get(told.id)
    pending.delete(told.id)
    if ('failure' in told) waiting?.failed(new Failure(told.failure.code, told.failure.detail))
    else waiting?.done(told.result)
  }
}

/** Everything said to be saved is in the store, so a fresh worker goes on from there. */
function died(why: string): void {
  worker?.terminate()
  worker = null
  for (const { failed } of pending.values()) failed(new Failure('core_restarted', why))
  pending.clear()
  const now = Date.now()
  restarts = [...restarts.filter((at) => now - at < 60_000), now]
  if (restarts.length > MOST_RESTARTS) snapshot.value = { ...snapshot.value, phase: 'broken', fault: why }
  else worker = started()
}

/** Starts the worker; later calls start it when it is gone. */
export function start(): void {
  worker ??= started()
}

function ask(method: keyof FieldApi, args: unknown[]): Promise<unknown> {
  start()
  return new Promise((done, failed) => {
    const call: Call = { id: next++, method, args }
    pending.set(call.id, { done, failed })
    try {
      worker?.postMessage(call)
    } catch (error) {
      // Something in the arguments cannot cross to the worker.
      pending.delete(call.id)
      failed(new Failure('unknown', String(error)))
    }
  })
}

/** The worker's functions, as if they were here. */
export const core = new Proxy({} as FieldApi, {
  get: (_, method) => (...args: unknown[]) => ask(method as keyof FieldApi, args),
})
