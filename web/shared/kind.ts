/** A record with the kind it is of. Until core and hub send the kind, what comes without one is a visit: that was the only kind. */
export const kinded = <Record extends object>(record: Record & { kind?: string }): Record & { kind: string } => ({ ...record, kind: record.kind ?? 'visit' })
