import type { ProblemBody } from './api-types.ts'

/** An answer that is not a success, or no answer at all (`status` 0, `code` `network`). */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  /** Stable word for programs. */
  readonly code: string
  /** Sentence for people, zh-CN, as the hub wrote it; empty when there was no answer. */
  readonly detail: string
  /** What to quote when asking for help. */
  readonly requestId: string

  constructor(status: number, body: ProblemBody) {
    super(body.detail || body.code || `HTTP ${status}`)
    this.status = status
    this.code = body.code || (status === 0 ? 'network' : `http_${status}`)
    this.detail = body.detail ?? ''
    this.requestId = body.request_id ?? ''
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>

export interface Call {
  method?: 'GET' | 'PATCH' | 'POST'
  query?: Query
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is. */
  raw?: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>
  signal?: AbortSignal
}

export interface Access {
  /** The access token in memory, null when nobody is signed in. */
  token: () => string | null
  /** Tries to get a fresh token; true when the call is worth repeating. */
  renew: () => Promise<boolean>
  /** Told after each answered call how far this machine's clock is behind the hub's, in ms. */
  clock?: (skew: number) => void
}

/** `/v1` address with its query; empty, null and false values are left out. */
export const address = (path: string, query: Query = {}): string => {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false)
  return pairs.length ? `/v1${path}?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}` : `/v1${path}`
}

const problemOf = async (response: Response): Promise<Problem> => {
  const body = await response.json().catch(() => ({}))
  return new Problem(response.status, body && typeof body === 'object' ? (body as ProblemBody) : {})
}

/** One request without a bearer token: sign-in and cookie refresh. */
export const bare = async (path: string, call: Call = {}, headers: Record<string, string> = {}): Promise<Response> => {
  const body = call.json === undefined ? call.raw : JSON.stringify(call.json)
  const type = call.json === undefined ? (call.raw ? 'application/octet-stream' : undefined) : 'application/json'
  let response: Response
  try {
    response = await fetch(address(path, call.query), {
      method: call.method ?? (body === undefined ? 'GET' : 'POST'),
      headers: type ? { ...headers, 'content-type': type } : headers,
      body: body ?? null,
      signal: call.signal ?? null,
      credentials: 'same-origin',
      cache: 'no-store',
    })
  } catch (error) {
    if (call.signal?.aborted) throw error
    throw new Problem(0, { code: 'network' })
  }
  if (!response.ok) throw await problemOf(response)
  return response
}

export interface Client {
  json: <T>(path: string, call?: Call) => Promise<T>
  blob: (path: string, call?: Call) => Promise<Blob>
  /** An answer that has no end; whoever asked reads it. */
  stream: (path: string, call?: Call) => Promise<Response>
}

/** Calls with the access token; a token that died is renewed once and the call repeated. */
export const client = (access: Access): Client => {
  const send = async (path: string, call: Call = {}): Promise<Response> => {
    const attempt = () => {
      const token = access.token()
      return bare(path, call, token ? { authorization: `Bearer ${token}` } : {})
    }
    let response: Response
    try {
      response = await attempt()
    } catch (error) {
      const renewable = error instanceof Problem && error.status === 401 && error.code !== 'device_revoked'
      if (!renewable || !(await access.renew())) throw error
      response = await attempt()
    }
    const served = Date.parse(response.headers.get('date') ?? '')
    if (Number.isFinite(served)) access.clock?.(served - Date.now())
    return response
  }
  return {
    json: async <T>(path: string, call?: Call) => {
      const response = await send(path, call)
      return (response.status === 204 ? undefined : await response.json()) as T
    },
    blob: async (path, call) => (await send(path, call)).blob(),
    stream: send,
  }
}
