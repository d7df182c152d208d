/** The server did not accept the token. */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError'
  readonly token: string
  constructor(token: string) {
    super('the token was refused')
    this.token = token
  }
}
