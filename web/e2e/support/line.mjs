// The line between browsers and hub: passes everything through, counts photo bytes, and breaks when a story says so.

import { createHash } from 'node:crypto'
import { createServer, request as ask } from 'node:http'
import { Transform } from 'node:stream'

/** Ports that every browser refuses, as far as they lie where the system hands out free ones. */
const REFUSED_PORTS = new Set([6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080])
/** What phones talk to; the office's own calls go on while the phones' line is cut. */
const OF_PHONES = /^\/v1\/(sync|live|token|media)/

export class Line {
  #server = null
  #sockets = new Set()
  #rewrites = new Map()
  #cutAt = null
  #shaped = null
  #beats = []

  constructor() {
    /** Whether the phones' line is cut. */
    this.isCut = false
    /** Every request of a photo piece: `{ sha256, offset, sent, status, confirmed }`. */
    this.pieces = []
    /** Every picture the hub answered with, whole: `{ sha256, size, bytes }`, `sha256` being that of the bytes that passed. */
    this.pictures = []
    /** The hub's port at present; `null` while it is down. */
    this.port = () => null
  }

  async open() {
    this.#server = createServer((incoming, outgoing) => this.#pass(incoming, outgoing))
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => undefined)
    })
    do {
      await new Promise((done) => this.#server.close(done))
      await new Promise((done) => this.#server.listen(0, '127.0.0.1', done))
    } while (REFUSED_PORTS.has(this.#server.address().port))
    this.origin = `http://127.0.0.1:${this.#server.address().port}`
  }

  close() {
    for (const socket of this.#sockets) socket.destroy()
    this.#server?.close()
  }

  /** From now on the hub's answer for `path` is changed by `change(text)`, as after an update of the apps. */
  rewrite(path, change) {
    this.#rewrites.set(path, change)
  }

  /** Cuts the phones' line in the middle of a photo, once `bytes` more of photos have passed. */
  cutAfter(bytes) {
    this.#cutAt = this.#passed() + bytes
  }

  /**
   * From now on what phones send shares so many bits a second, each request waits for the way there and back, a part of the
   * packets is lost, and of every `every` ms the line is cut for `cut`. A lost packet costs the way there and back once
   * more; packets themselves cannot be lost between two programs of one machine.
   */
  shape({ bits, roundTrip, loss, every, cut }) {
    this.#shaped = { bits, roundTrip, loss, free: 0 }
    const beat = () => {
      this.#beats = [setTimeout(() => this.#cut(), every - cut), setTimeout(() => ((this.isCut = false), beat()), every)]
    }
    beat()
  }

  /** Bytes of one part of what a phone sends, held back as long as the shape says. */
  #slowly() {
    const shaped = this.#shaped
    const begin = Date.now() + shaped.roundTrip
    return new Transform({
      flush: (done) => void setTimeout(done, begin - Date.now()),
      transform(chunk, _, done) {
        const packets = Math.ceil(chunk.length / 1460)
        let lost = 0
        for (let i = 0; i < packets; i += 1) if (Math.random() < shaped.loss) lost += 1
        const now = Date.now()
        shaped.free = Math.max(now, begin, shaped.free) + (chunk.length * 8000) / shaped.bits + lost * shaped.roundTrip
        setTimeout(() => done(null, chunk), shaped.free - now)
      },
    })
  }

  /** Whole again, and the hub's answers as they are. */
  mend() {
    for (const beat of this.#beats) clearTimeout(beat)
    this.#beats = []
    this.#shaped = null
    this.isCut = false
    this.#cutAt = null
    this.#rewrites.clear()
  }

  piecesOf(sha256) {
    return this.pieces.filter((piece) => piece.sha256 === sha256)
  }

  #cut() {
    this.isCut = true
    for (const socket of this.#sockets) if (socket.ofPhone) socket.destroy()
  }

  #pass(incoming, outgoing) {
    const port = this.port()
    const { pathname, searchParams } = new URL(incoming.url, 'http://hub')
    const isPhone = OF_PHONES.test(pathname) && !(incoming.method === 'GET' && pathname.startsWith('/v1/media'))
    incoming.socket.ofPhone = isPhone
    if (port === null || (isPhone && this.isCut)) return incoming.socket.destroy()

    const change = this.#rewrites.get(pathname)
    const headers = { ...incoming.headers, ...(change ? { 'accept-encoding': 'identity', 'if-none-match': '' } : {}) }
    const onward = ask({ port, host: '127.0.0.1', method: incoming.method, path: incoming.url, headers, agent: false })
    const piece = this.#piece(incoming, pathname)
    const through = this.#shaped && isPhone ? incoming.pipe(this.#slowly()) : incoming
    through.on('data', (chunk) => this.#counted(piece, chunk.length))
    incoming.on('close', () => incoming.complete || onward.destroy())
    outgoing.on('close', () => onward.destroy())
    onward.on('error', () => incoming.socket.destroy())
    onward.on('response', (answer) => {
      if (piece) {
        piece.status = answer.statusCode
        piece.confirmed = Number(answer.headers['upload-offset'] ?? NaN)
      }
      answer.on('error', () => incoming.socket.destroy())
      if (change) return void changed(answer, outgoing, change)
      if (incoming.method === 'GET' && pathname.startsWith('/v1/media/')) this.#seen(answer, searchParams.get('size'))
      outgoing.writeHead(answer.statusCode, answer.headers)
      answer.pipe(outgoing)
    })
    through.pipe(onward)
  }

  #piece(incoming, pathname) {
    const sha256 = /^\/v1\/media\/([0-9a-f]{64})$/.exec(pathname)?.[1]
    if (incoming.method !== 'PATCH' || !sha256) return null
    const piece = { sha256, offset: Number(incoming.headers['upload-offset']), sent: 0, status: null, confirmed: null }
    this.pieces.push(piece)
    return piece
  }

  #seen(answer, size) {
    const hash = createHash('sha256')
    let bytes = 0
    answer.on('data', (chunk) => {
      hash.update(chunk)
      bytes += chunk.length
    })
    answer.on('end', () => this.pictures.push({ sha256: hash.digest('hex'), size, bytes }))
  }

  #passed() {
    return this.pieces.reduce((sum, one) => sum + one.sent, 0)
  }

  #counted(piece, bytes) {
    if (!piece) return
    piece.sent += bytes
    if (this.#cutAt !== null && this.#passed() >= this.#cutAt) {
      this.#cutAt = null
      this.#cut()
    }
  }
}

async function changed(answer, outgoing, change) {
  const parts = []
  for await (const part of answer) parts.push(part)
  const text = change(Buffer.concat(parts).toString('utf8'))
  const { 'content-length': _, etag: __, ...headers } = answer.headers
  outgoing.writeHead(answer.statusCode, headers)
  outgoing.end(text)
}
