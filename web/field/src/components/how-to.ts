/** Pages with help of their own, and how many sentences it has; they stand in the messages as `howto.PAGE.N`. */
export const SENTENCES = { home: 3, tasks: 4, patrol: 3, find: 3, records: 4, sync: 4, me: 3, ticket: 4, visit: 5, mediations: 3 } as const
export type HelpPage = keyof typeof SENTENCES

/** The help of a page of the app, by its address; none where the page explains itself. */
export function helpOf(path: string): HelpPage | null {
  const page = path.split('/')[1] ?? ''
  return page in SENTENCES ? (page as HelpPage) : null
}
