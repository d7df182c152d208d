/** Remarks that a person makes while an answer is written. */
export const remarks = {
  'remark.about': 'While this answer was written',
  'remark.pending': 'Read at the next step',
  'remark.late': 'The answer ended before it was read. Continue takes it along.',
  'remark.steer': 'Steer',
  'remark.steer.hint': 'Give the running answer this remark at its next step',
  'remark.was-sent': 'The answer had ended: your remark was sent as a message.',
} as const
