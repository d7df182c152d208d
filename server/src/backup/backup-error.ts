/** Work with a backup cannot be done, and an operator can mend that. The message is one line that says what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
}
