import { shallowRef, watch, type ShallowRef, type WatchSource } from 'vue'

/** What a page asked the worker for; asked again whenever one of `sources` changes. The last good answer stays until then. */
export function useAsked<T>(ask: () => Promise<T>, sources: WatchSource[], empty: T): ShallowRef<T> {
  const answer = shallowRef(empty) as ShallowRef<T>
  let latest = 0
  const load = async () => {
    const mine = ++latest
    const got = await ask().catch(() => undefined)
    if (got !== undefined && mine === latest) answer.value = got
  }
  watch(sources, load, { immediate: true })
  return answer
}
