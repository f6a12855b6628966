import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

/** What the service worker is built from. */
export interface Precache {
  /** Source of the service worker, with the placeholders `__FILES__` and `__VERSION__`. */
  worker: string
  /** Folder whose files are copied into the output as they are. */
  publicDir: string
}

const filesBelow = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name)) : []

/** Writes `sw.js`: every file of the build by name, and a version that changes when any of them does. */
export const precache = ({ worker, publicDir }: Precache): Plugin => ({
  name: 'warmline:precache',
  apply: 'build',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const contents = new Map<string, string | Uint8Array>()
      for (const [name, output] of Object.entries(bundle)) contents.set(name, output.type === 'chunk' ? output.code : output.source)
      for (const path of filesBelow(publicDir)) contents.set(path.slice(publicDir.length + 1), readFileSync(path))

      const names = [...contents.keys()].filter((name) => !name.endsWith('.map')).sort()
      const hash = createHash('sha256')
      for (const name of names) hash.update(name).update('\0').update(contents.get(name) ?? '')
      const source = readFileSync(worker, 'utf8')
        .replace('__FILES__', JSON.stringify(names))
        .replace('__VERSION__', JSON.stringify(hash.digest('hex').slice(0, 16)))
      this.emitFile({ type: 'asset', fileName: 'sw.js', source })
    },
  },
})
