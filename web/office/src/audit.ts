import { known, t } from './i18n'

/** What the hub writes down, in the order of the filter. */
export const ACTS = [
  'session.login',
  'session.login_unknown',
  'session.logout',
  'person.create',
  'person.edit',
  'person.confirm',
  'person.disable',
  'person.enable',
  'person.password.change',
  'person.password.reset',
  'enrolment.create',
  'device.enrol',
  'device.resume',
  'device.recover',
  'device.suspend',
  'device.revoke.left',
  'device.revoke.lost',
  'ticket.import',
  'calendar.import',
  'ticket.create',
  'ticket.assign',
  'ticket.act',
  'ticket.evidence',
  'ticket.link',
  'catalogue.edit',
  'catalogue.train',
  'ticket.print',
  'ticket.evidence_pack',
  'ticket.silence',
  'feedback.export',
  'feedback.read',
  'ticket.read',
  'requester.read',
  'ticket.share',
  'ticket.share.end',
  'representative.invite',
  'mediation.share',
  'mediation.share.end',
  'photo.read',
  'mediation.read',
  'mediation.print',
  'visit.approve',
  'visit.return',
  'visit.reject',
  'visit.settle',
  'visit.approve.own',
  'visit.return.own',
  'visit.reject.own',
  'visit.settle.own',
  'quarantine.admit',
  'quarantine.refuse',
  'quarantine.reopen',
  'hand_over.take_in',
  'unit.add',
  'deadline.profile',
  'request.refused',
  'audit.read',
  'timeline.begin',
  'audit.gap',
] as const

/** An act in words; `person.edit.leader` is a `person.edit`, and what this page does not know stays as the hub calls it. */
export const actText = (act: string): string => {
  for (let name = act; name; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const key = `audit.act.${name}`
    if (known(key)) return t(key)
  }
  return act
}
