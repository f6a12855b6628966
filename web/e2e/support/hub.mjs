// The real hub in a fresh folder, and the command line that sets it up.

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { hubProgram } from './build.mjs'

const run = promisify(execFile)

export class Hub {
  #process = null

  /** `folder` holds its data; phones and office reach it under `publicUrl`. */
  constructor(folder, publicUrl, logFile) {
    this.data = join(folder, 'data')
    this.folder = folder
    this.publicUrl = publicUrl
    this.log = createWriteStream(logFile, { flags: 'a' })
    this.port = null
  }

  /** Starts it on a free port; it is ready when it says where it listens. */
  async start() {
    const child = spawn(hubProgram(), [...this.#where(), '--listen', '127.0.0.1:0', 'serve'], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    child.stderr.pipe(this.log, { end: false })
    const lines = createInterface({ input: child.stdout })
    const listening = new Promise((done, failed) => {
      lines.on('line', (line) => {
        this.log.write(`${line}\n`)
        const port = /^Listening on .*:(\d+)$/.exec(line)?.[1]
        if (port) done(Number(port))
      })
      child.once('error', failed)
      child.once('exit', (code, signal) => failed(new Error(`the hub ended at its start: ${code ?? signal}, see its log`)))
    })
    this.port = await listening
  }

  /** Ends it as a power cut would; `start` brings it back on the same data. */
  async kill(signal = 'SIGKILL') {
    const child = this.#process
    this.#process = null
    this.port = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    child.kill(signal)
    await gone
  }

  /** A command of the hub's program on the same data; answers its JSON. */
  async command(...args) {
    const { stdout } = await run(hubProgram(), ['--data', this.data, '--json', ...args], { env: { ...process.env, WARMLINE_PUBLIC_URL: this.publicUrl } })
    return JSON.parse(stdout)
  }

  /** A file beside the data, for commands that read one. */
  async file(name, text) {
    const path = join(this.folder, name)
    await writeFile(path, text)
    return path
  }

  #where() {
    return ['--data', this.data, '--public-url', this.publicUrl]
  }
}
