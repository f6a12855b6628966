import { expect, test } from 'vitest'
import { FrameTooLarge, frames } from './frames'

const frame = (...body: number[]) => [0, 0, 0, body.length, ...body]

function stream(bytes: number[], piece: number): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(Uint8Array.from(bytes.slice(at, at + piece)))
      at += piece
    },
  })
}

async function read(source: ReadableStream<Uint8Array>): Promise<number[][]> {
  const all: number[][] = []
  for await (const one of frames(source)) all.push([...one])
  return all
}

test('frames come out whole whatever pieces the network makes of them, and signs of life not at all', async () => {
  const bytes = [...frame(1, 2, 3), ...frame(), ...frame(9)]
  for (let piece = 1; piece <= bytes.length; piece++) expect(await read(stream(bytes, piece))).toEqual([[1, 2, 3], [9]])
})

test('a cut connection still yields the frames that came whole', async () => {
  expect(await read(stream([...frame(1, 2), 0, 0, 0, 5, 1], 3))).toEqual([[1, 2]])
})

test('a length no hub would send is refused before memory is spent on it', async () => {
  await expect(read(stream([0xff, 0xff, 0xff, 0xff], 4))).rejects.toBeInstanceOf(FrameTooLarge)
})
