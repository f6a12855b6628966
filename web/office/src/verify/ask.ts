import { address, bare, Problem } from '@shared/api'
import type { FileFacts, PaperFacts, ProblemBody } from '@shared/api-types'

/** The largest file that the hub takes. */
export const FILE_BYTES = 16 * 1024 * 1024

/** What the office knows of a hash, asked without a sign-in. */
export const askHash = async (digits: string, signal: AbortSignal): Promise<PaperFacts> => (await bare(`/papers/${digits}`, { signal })).json()

/** What is found about a file. `told` hears how much of it is sent, from 0 to 1: fetch cannot say that of an upload. */
export const askFile = (file: Blob, told: (share: number) => void, signal: AbortSignal): Promise<FileFacts> =>
  new Promise((done, failed) => {
    const request = new XMLHttpRequest()
    const fail = (status: number, body: ProblemBody) => failed(new Problem(status, body))
    request.open('POST', address('/papers'))
    request.setRequestHeader('content-type', 'application/pdf')
    request.responseType = 'json'
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => lengthComputable && told(loaded / total)
    request.onload = () => {
      if (request.status === 200 && request.response) done(request.response as FileFacts)
      else fail(request.status, (request.response ?? {}) as ProblemBody)
    }
    request.onerror = () => fail(0, { code: 'network' })
    request.onabort = () => failed(new DOMException('stopped', 'AbortError'))
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
