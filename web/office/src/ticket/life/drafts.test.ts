// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { TicketAction } from '@shared/lifecycle/names'
import { draftOf, draftsOf, dropDraft, dropDraftsOfOthers, keepDraft } from './drafts'

beforeEach(() => sessionStorage.clear())

const draft = (words: string, task = 4) => ({ action: TicketAction.help_done, preset: { task }, values: { task, words } })

test('what was begun on a ticket is found again, each task apart', () => {
  keepDraft('P1', 'T1', draft('一'))
  keepDraft('P1', 'T1', draft('二', 5))
  keepDraft('P1', 'T2', draft('三'))
  expect(draftOf('P1', 'T1', TicketAction.help_done, { task: 5 })?.values.words).toBe('二')
  expect(draftsOf('P1', 'T1').map(({ values }) => values.words)).toEqual(['一', '二'])
  dropDraft('P1', 'T1', TicketAction.help_done, { task: 4 })
  expect(draftsOf('P1', 'T1').map(({ values }) => values.words)).toEqual(['二'])
})

test('what is begun for one addressee is not what is begun for the other', () => {
  const to = (addressee: string) => ({ action: TicketAction.draft_feedback, preset: { addressee }, values: { addressee, words: addressee } })
  keepDraft('P1', 'T1', to('requester'))
  expect(draftOf('P1', 'T1', TicketAction.draft_feedback, { addressee: 'platform' })).toBe(null)
  expect(draftOf('P1', 'T1', TicketAction.draft_feedback, { addressee: 'requester' })?.values.words).toBe('requester')
})

test('the next person at this computer sees nothing of it, and it is gone when they sign in', () => {
  keepDraft('P1', 'T1', draft('一'))
  expect(draftsOf('P2', 'T1')).toEqual([])
  expect(draftOf('P2', 'T1', TicketAction.help_done, { task: 4 })).toBe(null)
  dropDraftsOfOthers('P2')
  expect(draftsOf('P1', 'T1')).toEqual([])
})

test('what cannot be read is no draft', () => {
  sessionStorage.setItem('warmline.draft:P1:T1:help_done:4', '{')
  sessionStorage.setItem('warmline.draft:P1:T1:nonsense:', '{"action":"nonsense"}')
  expect(draftsOf('P1', 'T1')).toEqual([])
})
