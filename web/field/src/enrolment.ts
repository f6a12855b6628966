const CODE = /^[0-9A-HJKMNP-TV-Z]{16}$/

/** The enrolment code in a pasted link, a scanned text or typed letters; `null` when there is none. */
export function enrolmentCode(text: string): string | null {
  const linked = /[?&]code=([^&#\s]+)/.exec(text)?.[1]
  let raw = text
  if (linked) {
    try {
      raw = decodeURIComponent(linked)
    } catch {
      raw = linked
    }
  }
  const plain = raw.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  return CODE.test(plain) ? plain : null
}

/** The code in groups of four, as it is printed. */
export const grouped = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-')

/** Whether a link says that its code is a residents' representative's, who needs no password. */
export const isForRepresentative = (text: string): boolean => /[?&]representative=1(?:[&#]|$)/.test(text.trim())
