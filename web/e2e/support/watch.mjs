// Listens to every page: what it logs, what it asks of whom, what its content policy refuses.

/** What the browser itself logs when an answer is no or missing; the apps say those to the person instead. */
const NETWORK = /^Failed to load resource: /

export class Watch {
  constructor() {
    /** Lines for the evidence of a failed step. */
    this.lines = []
    /** What no page may do. */
    this.wrongs = []
  }

  /** Listens to `context`, whose pages belong to `origin`. */
  on(context, label, origin) {
    const note = (line) => this.lines.push(`${new Date().toISOString()} ${label}: ${line}`)
    const wrong = (line) => {
      note(`WRONG ${line}`)
      this.wrongs.push(`${label}: ${line}`)
    }
    context.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(`${origin}/`) && !/^(data|blob|about):/.test(url)) wrong(`asked ${url}`)
    })
    context.on('weberror', (error) => wrong(`threw ${error.error().stack ?? error.error()}`))
    context.on('console', (message) => {
      const text = message.text()
      const at = message.location().url
      note(`${message.type()} ${text} ${at}`)
      if (message.type() !== 'error') return
      // A refusal or a dead line is part of the stories; a page or script that is not there is not.
      if (NETWORK.test(text) && (/\/v1\/|\/favicon\.ico$/.test(at) || /net::ERR_/.test(text))) return
      wrong(`logged ${text} ${at}`)
    })
  }
}
