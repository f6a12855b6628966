/** The hub answered, and the answer was no. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    /** A zh-CN sentence for the person, from the hub. */
    readonly detail: string,
    /** The hub asks this phone to delete its data. */
    readonly wipe = false,
    /** Seconds the hub asks us to wait. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${status} ${code}`)
  }

  static async from(answer: Response): Promise<Problem> {
    const body = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string; wipe?: boolean }
    const wait = Number(answer.headers.get('Retry-After'))
    return new Problem(answer.status, body.code ?? `http_${answer.status}`, body.detail ?? '', body.wipe === true, wait > 0 ? wait : null)
  }
}

/** No answer came: no network, a dead hub, a cut connection or too long a silence. */
export class Unreachable extends Error {}

/** The session cannot be renewed; the person has to enrol this phone again. */
export class SessionEnded extends Error {
  constructor(readonly code: string) {
    super(code)
  }
}

/** Code and sentence of an error, for the page. */
export function told(error: unknown): { code: string; detail: string } {
  if (error instanceof Problem) return { code: error.code, detail: error.detail }
  if (error instanceof Unreachable) return { code: 'unreachable', detail: '' }
  if (error instanceof SessionEnded) return { code: 'session_ended', detail: '' }
  if (error instanceof DOMException) return { code: error.name === 'QuotaExceededError' ? 'storage_full' : 'storage_failed', detail: error.name }
  const message = error instanceof Error ? error.message : String(error)
  const coded = /^([a-z][a-z0-9_]*): (.*)$/s.exec(message)
  return coded ? { code: coded[1] ?? 'unknown', detail: coded[2] ?? '' } : { code: 'unknown', detail: message }
}

/** Why the app cannot start, for the page: `storage_full` has its own sentence, anything else is for who repairs. */
export function faultOf(error: unknown): string {
  const { code, detail } = told(error)
  return code.startsWith('storage_') ? 'storage_full' : detail || code
}

/** For work that nobody waits for: what failed is told by the states of the lanes, or tried again. */
export function quietly(work: Promise<unknown>): void {
  work.catch(() => undefined)
}
