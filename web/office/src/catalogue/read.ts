import type { Catalogue, Cause, Duty, Handler, Tally } from '@shared/api-types/catalogue'

/** A copy to edit: what is in force stays as it came. */
export const copyOf = (catalogue: Catalogue): Catalogue => JSON.parse(JSON.stringify(catalogue)) as Catalogue

/** Words as somebody types them, with any of the marks that people put between words. */
export const wordsOf = (text: string): string[] => [...new Set(text.split(/[\s,，、;；]+/).filter(Boolean))]
export const joined = (words: string[]): string => words.join(' ')

/** An id that nothing here has yet: tickets keep ids, so one is never used again for something else. */
export const freshId = (taken: readonly { id: string }[], now: number): string => {
  const ids = new Set(taken.map((one) => one.id))
  let n = now
  while (ids.has(`x${n.toString(36)}`)) n += 1
  return `x${n.toString(36)}`
}

/** Every path of the tree, from large to small, as a list to choose from. */
export const paths = (catalogue: Catalogue): string[][] => catalogue.types.flatMap((large) => [[large.name], ...large.below.flatMap((middle) => [[large.name, middle.name], ...middle.below.map((small) => [large.name, middle.name, small.name])])])

export const SEPARATOR = ' / '
export const pathText = (path: string[]): string => path.join(SEPARATOR)

/** What the choice of a handler holds: the community of the ticket, a unit, or a name that no unit has. */
export const COMMUNITY = 'community'
export const chosen = (to: Handler, units: readonly { id: string; name: string }[]): string => (to.community ? COMMUNITY : (to.id ?? units.find((unit) => unit.name === to.name)?.id ?? ''))
export const handlerOf = (choice: string, units: readonly { id: string; name: string }[]): Handler => {
  if (choice === COMMUNITY) return { community: true }
  const unit = units.find((one) => one.id === choice)
  return unit ? { id: unit.id, name: unit.name } : {}
}
/** A unit that the catalogue names and the sub-district does not have. */
export const isMissing = (to: Handler, units: readonly { id: string; name: string }[]): boolean => !to.community && chosen(to, units) === ''

/** Causes as a tree: each root with what lies beneath it. */
export const causeTree = (causes: Cause[]): { root: Cause; below: Cause[] }[] => causes.filter((one) => !one.parent).map((root) => ({ root, below: causes.filter((one) => one.parent === root.id) }))

/** Renames a type where duties name it, so that they go on belonging to it. */
export const renamed = (duties: Duty[], above: string[], from: string, to: string): void => {
  for (const duty of duties) {
    if (duty.category[above.length] === from && above.every((name, level) => duty.category[level] === name)) duty.category.splice(above.length, 1, to)
  }
}

/** `12 次提出，3 次改正` needs both; null where nothing was proposed yet. */
export const counted = (tally: Tally | undefined): Tally | null => (tally && tally.proposed > 0 ? tally : null)
