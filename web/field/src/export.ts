import { core, snapshot } from '@shared/core/client'
import { dateText, clockText } from '@shared/time'
import { showToast } from 'vant'
import { t } from './i18n'
import { sentenceOf } from './words'

/** Hands everything unsent to the person as one file: by the phone's share sheet, else as a download. */
export async function saveExport(): Promise<void> {
  const now = Date.now()
  const { profile } = snapshot.value
  const who = profile ? `${profile.name} · ${profile.device_name}` : ''
  try {
    const archive = await core.exportUnsent(t('export.readme', { who, date: dateText(now), time: clockText(now) }))
    const name = `warmline-${dateText(now)}-${clockText(now).replace(':', '')}.zip`
    const file = new File([archive], name, { type: 'application/zip' })
    if (navigator.canShare?.({ files: [file] })) {
      await navigator.share({ files: [file], title: name })
      return
    }
    const link = document.createElement('a')
    link.href = URL.createObjectURL(archive)
    link.download = name
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
    showToast(t('export.done', { name }))
  } catch (error) {
    // The person closed the share sheet: nothing went wrong.
    if (error instanceof DOMException && error.name === 'AbortError') return
    showToast(sentenceOf(error))
  }
}
