/** Where the office's pages find what `/report/CARD` on a printed card asks for; nothing at any other address. */
export const cardOf = ({ pathname }: Pick<Location, 'pathname'>): string | null => {
  const [, card] = /^\/report(?:\/([0-9A-Za-z]{0,32}))?\/?$/.exec(pathname) ?? []
  if (card === undefined && !/^\/report\/?$/.test(pathname)) return null
  return `/office/#/report/${card ?? ''}`
}
