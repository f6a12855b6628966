/** Reason codes of a decision; their texts are in the message files under `reason.`. */
export const REASONS = {
  return: ['photo_unclear', 'photo_missing', 'place_differs', 'incomplete', 'not_solved', 'other'],
  reject: ['not_this_ticket', 'repeated', 'untrue', 'test_record', 'other'],
} as const
