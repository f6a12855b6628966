import { ref } from 'vue'

export interface Notice {
  id: number
  kind: 'good' | 'warn' | 'bad'
  text: string
  /** Takes back what the notice tells of. */
  undo?: () => void
}

const STAYS_MS = 6_000
/** Long enough to read what was done and to think better of it. */
const UNDO_MS = 20_000
let count = 0

export const notices = ref<Notice[]>([])

export const dismiss = (id: number) => (notices.value = notices.value.filter((notice) => notice.id !== id))

/** A short message at the side; good news goes by itself, everything else stays until it is closed. What stays is given as a
 *  function, so that it follows the language. */
export const tell = (said: string | (() => string), kind: Notice['kind'] = 'good', undo?: () => void) => {
  const id = ++count
  notices.value = [...notices.value.slice(-2), { id, kind, get text() { return typeof said === 'string' ? said : said() }, ...(undo ? { undo } : {}) }]
  if (kind === 'good') setTimeout(() => dismiss(id), undo ? UNDO_MS : STAYS_MS)
}
