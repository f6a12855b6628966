import { showToast } from 'vant'
import { core } from '@shared/core/client'
import { router } from './router'
import { sentenceOf } from './words'

let beginning = false

/** Begins a visit for a ticket and opens its form. A double tap makes one visit. */
export async function begin(ticket: string): Promise<void> {
  if (beginning) return
  beginning = true
  try {
    await router.push(`/visit/${await core.createVisit(ticket)}`)
  } catch (error) {
    showToast(sentenceOf(error))
  } finally {
    beginning = false
  }
}
