import { closeDialog, showConfirmDialog, type DialogOptions } from 'vant'
import { layer } from './back'

/** Asks a question over the page that is answered by yes or no; the phone's back says no. */
export function sure(options: DialogOptions): Promise<boolean> {
  return new Promise((done) => {
    const lift = layer(() => {
      closeDialog()
      done(false)
    })
    const answer = (yes: boolean) => {
      lift()
      done(yes)
    }
    showConfirmDialog({ ...options, closeOnPopstate: false }).then(
      () => answer(true),
      () => answer(false),
    )
  })
}
