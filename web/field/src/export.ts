import { core } from '@shared/core/client'
import { dateText, clockText } from '@shared/time'
import { showToast } from 'vant'
import { workNow } from './clock'
import { t } from './i18n'
import { sentenceOf } from './words'

/** Hands everything unsent to the person as one file: by the phone's share sheet, else as a download. */
export async function saveExport(): Promise<void> {
  const now = workNow()
  try {
    const { file: sealed, left_out } = await core.exportUnsent()
    const name = `warmline-${dateText(now)}-${clockText(now).replace(':', '')}.warmline`
    const file = new File([sealed], name, { type: 'application/octet-stream' })
    if (navigator.canShare?.({ files: [file] })) {
      await navigator.share({ files: [file], title: name })
      if (left_out) showToast({ message: t('export.left_out', { count: left_out }), duration: 6000 })
      return
    }
    const link = document.createElement('a')
    link.href = URL.createObjectURL(file)
    link.download = name
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
    showToast(left_out ? { message: t('export.left_out', { count: left_out }), duration: 6000 } : t('export.done', { name }))
  } catch (error) {
    // The person closed the share sheet: nothing went wrong.
    if (error instanceof DOMException && error.name === 'AbortError') return
    showToast(sentenceOf(error))
  }
}
