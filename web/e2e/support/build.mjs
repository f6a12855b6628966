// What has to be there before the first browser starts: a Chromium, the hub's program and both apps, built.

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

export const WEB = fileURLToPath(new URL('../..', import.meta.url))
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

/** The hub's program; another one by `WARMLINE_HUB`. */
export const hubProgram = () => process.env.WARMLINE_HUB ?? join(ROOT, 'target/debug/warmline')

/** Path of a Chromium, or `null`. Another one by `WARMLINE_CHROMIUM`. */
export function chromiumPath() {
  const known = [process.env.WARMLINE_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  return known.find((path) => path && existsSync(path)) ?? null
}

/** Builds both apps when they are missing or older than anything they are made of. */
export function ensureBuilt() {
  if (!existsSync(hubProgram())) throw new Error(`${hubProgram()} is missing: run \`cargo build --package server\` first`)
  const made = ['dist/field/sw.js', 'dist/office/index.html'].map((path) => join(WEB, path))
  const sources = ['field', 'office', 'shared', 'plugins', 'wasm', 'package-lock.json', 'vite.config.ts', '../sync-core/words', '../sync-core/src/kinds'].map((path) => join(WEB, path))
  const isFresh = made.every(existsSync) && Math.min(...made.map(changedAt)) >= Math.max(...sources.flatMap(filesOf).map(changedAt))
  if (isFresh) return
  console.log('building both apps')
  execFileSync('npm', ['--prefix', WEB, 'run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] })
}

const changedAt = (path) => statSync(path).mtimeMs

function filesOf(path) {
  if (!existsSync(path)) return []
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => `${entry.parentPath}${sep}${entry.name}`)
}
