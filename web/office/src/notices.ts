import { ref } from 'vue'

export interface Notice {
  id: number
  kind: 'good' | 'bad'
  text: string
}

const STAYS_MS = 6_000
let count = 0

export const notices = ref<Notice[]>([])

export const dismiss = (id: number) => (notices.value = notices.value.filter((notice) => notice.id !== id))

/** A short message at the top; good news goes by itself, bad news stays until it is closed. */
export const tell = (text: string, kind: Notice['kind'] = 'good') => {
  const id = ++count
  notices.value = [...notices.value.slice(-2), { id, kind, text }]
  if (kind === 'good') setTimeout(() => dismiss(id), STAYS_MS)
}
