import { expect, test } from 'vitest'
import { Unreachable } from './problem'
import { inviteRepresentative } from './representatives'

const CODE = { person: 'P1', code: 'AAAA-BBBB-CCCC-DDDD', expires_at: 5, url: 'https://hub.example/field/#/enrol' }

/** What was done, in its order. */
function hub(answer: Response, reached = true) {
  const done: string[] = []
  const parts = {
    hub: {
      authorised: async (path: string, init: RequestInit = {}) => {
        done.push(`${init.method ?? 'GET'} ${path} ${String(init.body)}`)
        return answer
      },
    },
    sync: async () => {
      done.push('sync')
      return reached
    },
    name: async (doc: string, party: string, person: string) => void done.push(`${doc} ${party} ${person}`),
  }
  return { done, parts }
}
const granted = () => new Response(JSON.stringify(CODE), { status: 201 })

test('the record goes to the hub, then the code is asked for, then the record names the person', async () => {
  const { done, parts } = hub(granted())
  expect(await inviteRepresentative(parts, 'D', { party: 'A', name: '张先生', person: null })).toEqual(CODE)
  expect(done).toEqual(['sync', 'POST /v1/mediations/D/representatives {"name":"张先生","person":null}', 'D A P1'])
})

test('another code for somebody who is named already writes nothing', async () => {
  const { done, parts } = hub(granted())
  await inviteRepresentative(parts, 'D', { party: 'A', name: '张先生', person: 'P1' })
  expect(done).toEqual(['sync', 'POST /v1/mediations/D/representatives {"name":"张先生","person":"P1"}'])
})

test('without a network nothing is asked and nothing is written', async () => {
  const { done, parts } = hub(granted(), false)
  await expect(inviteRepresentative(parts, 'D', { party: 'A', name: '张先生', person: null })).rejects.toBeInstanceOf(Unreachable)
  expect(done).toEqual(['sync'])
})

test('a hub that does not give one says why, and nobody is named', async () => {
  const { done, parts } = hub(new Response(JSON.stringify({ code: 'mediation_unknown', detail: '调解还没有送到' }), { status: 404 }))
  await expect(inviteRepresentative(parts, 'D', { party: 'A', name: '张先生', person: null })).rejects.toMatchObject({ code: 'mediation_unknown', detail: '调解还没有送到' })
  expect(done).toHaveLength(2)
})
