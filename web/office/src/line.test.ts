import { expect, test, vi } from 'vitest'
import { Line, topicsOf, type Topic } from './line'

/** A hub whose lines the test writes to and cuts. */
const hub = () => {
  const open: ReadableStreamDefaultController<Uint8Array>[] = []
  const heard: (Topic[] | boolean)[] = []
  let refuses = false
  const line = new Line({
    open: async () => {
      if (refuses) throw new Error('refused')
      return new Response(new ReadableStream({ start: (controller) => void open.push(controller) }))
    },
    changed: (topics) => heard.push([...topics]),
    stands: (now) => heard.push(now),
  })
  const say = async (text: string) => {
    open.at(-1)?.enqueue(new TextEncoder().encode(text))
    await vi.advanceTimersByTimeAsync(1)
  }
  return { line, heard, open, say, refuse: (now: boolean) => (refuses = now) }
}

test('a line stands from its first word and tells what changed, however the words are cut', async () => {
  vi.useFakeTimers()
  const { line, heard, say } = hub()
  line.open()
  await vi.advanceTimersByTimeAsync(1)
  expect(heard).toEqual([])
  await say('{"changed":[]}\n')
  await say('{"changed":["rec')
  expect(heard).toEqual([true])
  await say('ords"]}\n{"changed":["people"]}\n')
  expect(heard).toEqual([true, ['records'], ['people']])
  line.close()
  vi.useRealTimers()
})

test('a line that the hub ends is opened anew at once, one that is refused later and later', async () => {
  vi.useFakeTimers()
  const { line, heard, open, say, refuse } = hub()
  line.open()
  await vi.advanceTimersByTimeAsync(1)
  await say('{"changed":[]}\n')
  open[0]?.close()
  await vi.advanceTimersByTimeAsync(1)
  expect(open).toHaveLength(2)
  await say('{"changed":[]}\n')
  expect(heard).toEqual([true, false, true])
  refuse(true)
  open[1]?.error(new Error('cut'))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(heard.at(-1)).toBe(false)
  refuse(false)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(open).toHaveLength(3)
  line.close()
  vi.useRealTimers()
})

test('a line that says nothing for 40 seconds is taken for dead', async () => {
  vi.useFakeTimers()
  const { line, open, say } = hub()
  line.open()
  await vi.advanceTimersByTimeAsync(1)
  for (let beat = 0; beat < 5; beat += 1) {
    await say('{"changed":[]}\n')
    await vi.advanceTimersByTimeAsync(15_000)
  }
  expect(open).toHaveLength(1)
  line.close()
  vi.useRealTimers()
})

test('a word that this page does not know may be about anything', () => {
  expect(topicsOf('{"changed":["records"]}')).toEqual(['records'])
  expect(topicsOf('{"changed":[]}')).toEqual([])
  for (const word of ['{"changed":["agreements"]}', '{}', 'x']) expect(topicsOf(word)).toEqual(['records', 'people'])
})
