/** The largest recording that `/api/voice/transcriptions` takes. OpenAI has the same limit. */
export const maxRecordingBytes = 25 * 1024 * 1024

/** The longest text that `/api/voice/speech` takes, in code points. OpenAI has the same limit. */
export const maxSpokenLength = 4096
