/** A call of the voice service failed. The message is for the person who asked: it holds nothing of what the service said. */
export class VoiceError extends Error {
  override readonly name = 'VoiceError'
  /** The HTTP status for the caller. */
  readonly status: 413 | 422 | 502 | 503 | 504

  constructor(status: VoiceError['status'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}

/** What a status of the service means for the person who asked. */
export function statusToVoiceError(status: number): VoiceError {
  if (status === 401 || status === 403) {
    return new VoiceError(502, 'The voice service refused the server’s key. An administrator needs to check VOICE_API_KEY')
  }
  if (status === 404) {
    return new VoiceError(502, 'The voice service does not know the model. An administrator needs to check the VOICE_ settings')
  }
  if (status === 413) return new VoiceError(413, 'This is too long for the voice service')
  if (status === 400 || status === 415 || status === 422) return new VoiceError(422, 'The voice service could not read this')
  if (status === 429) return new VoiceError(503, 'The voice service has too much to do. Try again in a moment')
  return new VoiceError(502, 'The voice service failed. Try again in a moment')
}
