import zh from '@shared/locales/office.zh-CN.json'

/** Reason codes of a decision; their texts are in the message files under `reason.`. */
export const REASONS = {
  return: ['photo_unclear', 'photo_missing', 'place_differs', 'incomplete', 'not_solved', 'other'],
  reject: ['not_this_ticket', 'repeated', 'untrue', 'test_record', 'other'],
} as const

/** A reason travels in Chinese words: the phone shows it as it comes, whatever language the office reads. */
export const reasonText = (code: string): string => (zh as Record<string, string>)[`reason.${code}`] ?? code
