import { computed, onScopeDispose, ref, shallowRef, type Ref } from 'vue'
import type { Page } from '@shared/api-types'
import { hub } from './hub'
import { Line, TOPICS, type Topic } from './line'
import { sentence } from './problems'
import { signedIn } from './session'

/** How often what is on the screen is fetched again while the live channel does not stand. */
const POLL_MS = 20_000
/** A channel that is back before this is not worth a word. */
const PATIENCE_MS = 5_000

interface Follower {
  topic: Topic
  run: () => void
}
const followers = new Set<Follower>()
const tell = (topics: readonly Topic[]) => followers.forEach((one) => topics.includes(one.topic) && one.run())

let stands = false
/** The channel has not stood for a while: what is on the screen may be up to `POLL_MS` old. */
export const behind = ref(false)
let patience: ReturnType<typeof setTimeout> | undefined
const settle = () => {
  if (stands || document.visibilityState !== 'visible') {
    clearTimeout(patience)
    patience = undefined
    behind.value = false
  } else patience ??= setTimeout(() => (behind.value = true), PATIENCE_MS)
}
const line = new Line({
  open: (signal) => hub.live(signal),
  changed: tell,
  stands: (now) => {
    stands = now
    settle()
    // What changed while nobody listened, nobody has told.
    if (now) tell(TOPICS)
  },
})

/** Listens while this page is in sight: a page behind others shows nothing to anybody, and browsers allow few lines. */
export const listen = () => {
  const inSight = () => {
    if (document.visibilityState === 'visible') line.open()
    else line.close()
    settle()
  }
  const timer = setInterval(() => stands || tell(TOPICS), POLL_MS)
  document.addEventListener('visibilitychange', inSight)
  inSight()
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', inSight)
    line.close()
  })
}

/** Repeats `work` whenever the hub says that something of `topic` has changed; never two at a time. */
export const follow = (topic: Topic, work: () => Promise<unknown>) => {
  let busy = false
  let again = false
  const run = async () => {
    again = true
    if (busy || document.visibilityState !== 'visible' || !signedIn.value) return
    busy = true
    try {
      while (again) {
        again = false
        await work()
      }
    } finally {
      busy = false
    }
  }
  const follower: Follower = { topic, run: () => void run() }
  followers.add(follower)
  onScopeDispose(() => followers.delete(follower))
}

/** One thing loaded for the screen: the first load shows a skeleton, later ones change it in place. */
export const useLoaded = <T>(fetch: (signal: AbortSignal) => Promise<T>) => {
  const data = shallowRef<T | null>(null) as Ref<T | null>
  const problem = ref('')
  const loading = ref(false)
  let current: AbortController | null = null

  const load = async (quiet = false) => {
    current?.abort()
    const mine = (current = new AbortController())
    if (!quiet) loading.value = true
    try {
      const answer = await fetch(mine.signal)
      if (mine !== current) return
      data.value = answer
      problem.value = ''
    } catch (error) {
      if (mine !== current || mine.signal.aborted) return
      // A refresh that fails leaves what is shown; the banner of the shell tells that it is old.
      if (!quiet || data.value === null) problem.value = sentence(error)
    } finally {
      if (mine === current) loading.value = false
    }
  }
  onScopeDispose(() => current?.abort())
  /** Takes an answer that came by another way; a load under way would only bring older news. */
  const replace = (fresh: T) => {
    current?.abort()
    current = null
    loading.value = false
    problem.value = ''
    data.value = fresh
  }
  return { data, problem, loading, load, refresh: () => load(true), replace }
}

/**
 * A list that grows page by page. A refresh fetches as many rows as are shown, so nothing disappears
 * under the reader.
 */
export const usePaged = <Row, P extends Page<Row>>(fetch: (cursor: string | null, signal: AbortSignal) => Promise<P>) => {
  const rows = shallowRef<Row[]>([]) as Ref<Row[]>
  const first = shallowRef<P | null>(null) as Ref<P | null>
  const next = ref<string | null>(null)
  const more = ref(false)

  const whole = async (signal: AbortSignal, want: number) => {
    let page = await fetch(null, signal)
    const head = page
    const items = [...page.items]
    while (page.next && items.length < want) {
      page = await fetch(page.next, signal)
      items.push(...page.items)
    }
    rows.value = items
    first.value = head
    next.value = page.next
    return head
  }
  let want = 0
  const loaded = useLoaded((signal) => whole(signal, want))

  return {
    rows,
    page: first,
    total: computed(() => first.value?.total ?? 0),
    hasMore: computed(() => next.value !== null),
    loadingMore: more,
    loading: loaded.loading,
    problem: loaded.problem,
    load: () => {
      want = 0
      return loaded.load()
    },
    refresh: () => {
      want = rows.value.length
      return loaded.refresh()
    },
    async loadMore() {
      if (!next.value || more.value) return
      more.value = true
      try {
        const cursor = next.value
        const page = await fetch(cursor, new AbortController().signal)
        if (next.value !== cursor) return
        rows.value = [...rows.value, ...page.items]
        next.value = page.next
      } catch (error) {
        loaded.problem.value = sentence(error)
      } finally {
        more.value = false
      }
    },
  }
}
