// Runs vitest, then closes with one line that says how many tests passed and failed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'warmline-web-'))
const file = join(folder, 'result.json')
const run = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, TZ: 'Asia/Shanghai' } },
)

let passed = 0
let failed = 0
try {
  const result = JSON.parse(readFileSync(file, 'utf8'))
  passed = result.numPassedTests
  failed = result.numFailedTests
} catch {
  failed = 1
}
rmSync(folder, { recursive: true, force: true })

// A file that could not even be loaded fails the run without failing a test.
const broken = run.status !== 0 && failed === 0 ? 1 : 0
console.log(`${passed} passed, ${failed + broken} failed`)
process.exit(run.status ?? 1)
