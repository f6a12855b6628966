import type { Figure, FigureGroup, FigureReport, Measure } from '@shared/api-types'
import { stamp } from '../format'
import { list, t, word } from '../i18n'

export const ENTERPRISE: Measure[] = ['two_hours', 'one_day', 'ten_days', 'fifteen_days', 'solved', 'satisfied']
export const EVERYBODY: Measure[] = ['response', 'in_time', 'solved', 'satisfied']
const UNKNOWN = ['running', 'no_record', 'not_asked', 'no_answer'] as const
const LEFT_OUT = ['excluded', 'merged', 'cancelled', 'taken_back', 'appeal_upheld'] as const

const sum = (parts: Partial<Record<string, number>>): number => Object.values(parts).reduce<number>((all, n) => all + (n ?? 0), 0)
export const unknownOf = (figure: Figure) => sum(figure.unknown)
export const leftOutOf = (figure: Figure) => sum(figure.left_out)

/** `91.54%`; nothing where nothing counts. */
export const share = (figure: Pick<Figure, 'reached' | 'counted'>): string => (figure.counted ? `${((100 * figure.reached) / figure.counted).toFixed(2)}%` : t('figures.no_share'))

export const figureOf = (group: FigureGroup, measure: Measure): Figure => group.figures.find((one) => one.measure === measure) ?? { measure, reached: 0, counted: 0, unknown: {}, left_out: {} }

/** Nobody asked for what a patrol found: it is done in time or not, and nothing else is asked. */
export const PROACTIVE: Measure[] = ['in_time']

export type Whose = { of: 'all' | 'enterprise' | 'proactive' | 'unit' | 'worker'; id?: string; name: string }

const cell = (value: string | number): string => {
  const text = String(value)
  // A table program would reckon what begins like a formula.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
export const csv = (rows: (string | number)[][]): string => `\ufeff${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`

const head = () => [
  t('figures.csv.group'),
  t('figures.csv.name'),
  t('figures.tickets'),
  t('figures.measure'),
  t('figures.reached'),
  t('figures.counted'),
  t('figures.share'),
  ...UNKNOWN.map((why) => t('figures.csv.unknown', { why: word('figure_unknown', why) })),
  ...LEFT_OUT.map((why) => t('figures.csv.left_out', { why: word('figure_left_out', why) })),
  t('figures.points'),
]
const lines = (where: string, name: string, group: FigureGroup, measures: Measure[]) =>
  measures.map((measure) => {
    const figure = figureOf(group, measure)
    return [where, name, group.tickets, word('figure', measure), figure.reached, figure.counted, figure.counted ? share(figure) : '', ...UNKNOWN.map((why) => figure.unknown[why] ?? 0), ...LEFT_OUT.map((why) => figure.left_out[why] ?? 0), group.points ?? '']
  })

export const changedText = (changed: Measure[]): string => (changed.length ? list(changed.map((measure) => word('figure', measure))) : t('figures.appeals.unchanged'))

/** Everything on the page as one table of a spreadsheet, and what was left out below it. */
export const sheet = (report: FigureReport): string =>
  csv([
    [t('figures.csv.period'), t('figures.csv.days', { from: report.from, to: report.to }), t('figures.csv.at'), stamp(report.at), t('figures.csv.version'), report.version, t('figures.csv.formula'), report.formula.version],
    head(),
    ...lines(t('figures.enterprise'), '', report.enterprise, ENTERPRISE),
    ...lines(t('figures.all'), '', report.all, EVERYBODY),
    ...lines(t('figures.proactive'), '', report.proactive, PROACTIVE),
    ...report.units.flatMap((unit) => lines(t('figures.units'), unit.name ?? t('figures.no_unit'), unit, EVERYBODY)),
    ...report.workers.flatMap((worker) => lines(t('figures.workers'), worker.name ?? t('figures.no_worker'), worker, EVERYBODY)),
    [],
    [t('figures.appeals'), word('ticket', 'upstream_no'), word('ticket', 'title'), t('figures.appeals.cause'), t('figures.appeals.state'), t('figures.appeals.changed')],
    ...report.appeals.items.map((one) => ['', one.upstream_no ?? '', one.title, word('appeal_cause', one.cause), t(`figures.appeals.${one.state}`), changedText(one.changed)]),
    [],
    [t('figures.excluded'), word('ticket', 'upstream_no'), word('ticket', 'title'), t('figures.excluded.words'), t('figures.excluded.by'), t('figures.excluded.at')],
    ...report.excluded.items.map((one) => ['', one.upstream_no ?? '', one.title, one.words, one.by ?? '', stamp(one.at)]),
  ])
