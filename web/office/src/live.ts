import { computed, onScopeDispose, ref, shallowRef, type Ref } from 'vue'
import type { Page } from '@shared/api-types'
import { sentence } from './problems'
import { signedIn } from './session'

/** How often what is on the screen is fetched again. */
export const POLL_MS = 20_000

/** Repeats `work` while the page is visible and somebody is signed in; never two at a time. */
export const poll = (work: () => Promise<unknown>, every = POLL_MS) => {
  let busy = false
  let last = Date.now()
  const run = async () => {
    if (busy || document.visibilityState !== 'visible' || !signedIn.value) return
    busy = true
    try {
      await work()
    } finally {
      busy = false
      last = Date.now()
    }
  }
  const timer = setInterval(() => void run(), every)
  const shown = () => Date.now() - last >= every && void run()
  document.addEventListener('visibilitychange', shown)
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', shown)
  })
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
      // A poll that fails leaves what is shown; the banner of the shell tells that it is old.
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
