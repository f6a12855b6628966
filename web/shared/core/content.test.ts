// The bytes that are signed are the same in the browser's core as everywhere: the vectors that Rust and Python read.
import { existsSync, readFileSync } from 'node:fs'
import type { Replica } from '@wasm/core_wasm.js'
import { beforeAll, describe, expect, test } from 'vitest'
import { hex, sha256 } from '../hex'
import { ulid } from '../ulid'

interface Vector {
  name: string
  edits: unknown[]
  bytes: string
  sha256: string
}

const PACKAGE = 'wasm/core_wasm.js'
const built = existsSync(PACKAGE)
const NOW = Date.parse('2026-11-24T10:00:00+08:00')
const id = (seed: number) => ulid(NOW, new Uint8Array(10).fill(seed))
const vectors = JSON.parse(readFileSync('../sync-core/src/kinds/mediation/vectors.json', 'utf8')) as Vector[]

describe.skipIf(!built)('what people sign', () => {
  let fresh: () => Replica

  beforeAll(async () => {
    const core = (await import(/* @vite-ignore */ `../../${PACKAGE}`)) as typeof import('@wasm/core_wasm.js')
    core.initSync({ module: readFileSync('wasm/core_wasm_bg.wasm') })
    fresh = () => new core.Replica(new Uint8Array(32).fill(7))
  })

  test.each(vectors.map((vector) => [vector.name, vector] as const))('has the bytes of the vector: %s', async (_, vector) => {
    const replica = fresh()
    replica.start_session(JSON.stringify({ device: id(2), person: id(3), name: '王小梅', role: 'grid_worker', tenant: id(1) }))
    replica.begin('mediation', id(4), id(5), NOW)
    for (const edit of vector.edits) replica.edit(id(4), JSON.stringify(edit), NOW)
    const bytes = replica.content(id(4))
    expect(hex(bytes)).toBe(vector.bytes)
    expect(await sha256(bytes as Uint8Array<ArrayBuffer>)).toBe(vector.sha256)
  })
})
