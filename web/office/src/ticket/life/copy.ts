/** Puts a text on the clipboard; false where the browser lets nobody. */
export const copy = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyMarked(text)
  }
}

/** Without a certificate, as within the office's own network, browsers have no clipboard for pages but what is marked. */
const copyMarked = (text: string): boolean => {
  const field = document.createElement('textarea')
  field.value = text
  field.style.cssText = 'position:fixed;opacity:0'
  const before = document.activeElement as HTMLElement | null
  document.body.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  before?.focus()
  return done
}
