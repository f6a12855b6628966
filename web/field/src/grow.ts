// Boxes for words grow with their words, and say so when what was pasted did not fit in whole.
import { showToast } from 'vant'
import { t } from './i18n'

/** Part of the screen that a box may take. */
const MOST = 0.6

/** Where the style sheet cannot do it. */
const byHand = () => !CSS.supports('field-sizing', 'content')

export function grow(box: HTMLTextAreaElement): void {
  if (!byHand()) return
  box.style.height = 'auto'
  box.style.height = `${Math.min(box.scrollHeight + 4, innerHeight * MOST)}px`
}

/** How many characters of a pasted text a box has no room for. */
export function cutBy(box: { value: string; maxLength: number; selectionStart: number | null; selectionEnd: number | null }, pasted: string): number {
  if (box.maxLength < 0) return 0
  const replaced = (box.selectionEnd ?? 0) - (box.selectionStart ?? 0)
  return Math.max(0, box.value.length - replaced + pasted.length - box.maxLength)
}

document.addEventListener('input', ({ target }) => target instanceof HTMLTextAreaElement && grow(target))
document.addEventListener('paste', ({ target, clipboardData }) => {
  if (!(target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement)) return
  const count = cutBy(target, clipboardData?.getData('text') ?? '')
  if (count > 0) showToast({ message: t('text.cut_paste', { most: target.maxLength, count }), duration: 6000 })
})
