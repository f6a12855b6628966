/** Brings a part of the form into sight; a sheet that closes gives the page its scrolling back first. */
export const goTo = (part: string, wait = 0): void => void setTimeout(() => document.getElementById(`part-${part}`)?.scrollIntoView({ behavior: 'smooth' }), wait)
