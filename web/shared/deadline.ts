// What screens say of clocks; how long each runs says the core.

import type { Clock, Level } from './core/views'

/** The term in which the office may give a ticket back to the upper level is nobody's in the field. */
export const isOfField = ({ kind }: Clock): boolean => kind !== 'return_window'

const LEVELS: readonly Level[] = ['green', 'blue', 'yellow', 'red', 'purple']

/** The most urgent level of those that run. */
export const worst = (clocks: Clock[]): Level | null => LEVELS.findLast((level) => clocks.some((clock) => clock.level === level)) ?? null

/** What an outside party promised and has not kept: somebody of ours asks after it. */
export const isBroken = (clock: Clock): boolean => clock.kind === 'promise' && clock.level !== null

/** Somebody still has to do something by it. */
export const isWanted = (clock: Clock): boolean => clock.due !== null && clock.level !== null && clock.met_at === null

/** The clock that is due first, of those by which somebody of ours still has to do something. */
export function firstClock(clocks: Clock[]): Clock | null {
  let first: Clock | null = null
  for (const clock of clocks.filter(isOfField)) if (isWanted(clock) && clock.kind !== 'promise' && (first === null || (clock.due?.at ?? 0) < (first.due?.at ?? 0))) first = clock
  return first
}

/** The time is over. */
export const isLate = (level: Level | null | undefined): boolean => level === 'red' || level === 'purple'

/** The warning that a person should see without looking for it. */
export const warns = (level: Level | null | undefined): boolean => level === 'yellow' || isLate(level)
