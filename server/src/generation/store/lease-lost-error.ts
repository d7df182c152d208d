/** This node no longer holds the lease of a generation: it ended, was deleted, or another worker has it. Nothing more may be written for it. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
}
