import { showToast } from 'vant'
import { core } from '@shared/core/client'
import { router } from './router'
import { sentenceOf } from './words'

let beginning = false

/** Takes part in a colleague's record and opens it. */
export async function join(doc: string): Promise<void> {
  if (beginning) return
  beginning = true
  try {
    await core.join(doc)
    await router.push(`/visit/${doc}`)
  } catch (error) {
    showToast(sentenceOf(error))
  } finally {
    beginning = false
  }
}

/** Begins a record for a ticket and opens its form. A double tap makes one record. */
export async function begin(ticket: string, kind: 'visit' | 'mediation' = 'visit'): Promise<void> {
  if (beginning) return
  beginning = true
  try {
    await router.push(`/visit/${await (kind === 'visit' ? core.createVisit(ticket) : core.createMediation(ticket))}`)
  } catch (error) {
    showToast(sentenceOf(error))
  } finally {
    beginning = false
  }
}
