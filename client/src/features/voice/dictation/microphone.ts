/** The microphone, while it is open. */
export interface Microphone {
  readonly mediaType: string
  /** Closes it. The last piece comes before `onEnd`. */
  readonly stop: () => void
}

export interface MicrophoneOptions {
  /** A piece of the recording, in order. Only together they are a file. */
  readonly onPiece: (blob: Blob) => void
  /** It was closed, here or by the system. */
  readonly onEnd: () => void
}

export type OpenMicrophone = (options: MicrophoneOptions) => Promise<Microphone>

/** A tab that is killed loses what was said in this time. */
const pieceMs = 200
/** Speech needs no more: two hours fit into what a voice service takes. */
const bitsPerSecond = 32_000
/** In the order of preference; the last ones are Safari's. */
const types = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4']

/** Opens the microphone, which asks the person. @throws DOMException NotAllowedError, NotFoundError and others */
export const openMicrophone: OpenMicrophone = async ({ onPiece, onEnd }) => {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
  })
  const close = () => stream.getTracks().forEach((track) => track.stop())
  try {
    const mimeType = types.find((type) => MediaRecorder.isTypeSupported(type))
    const recorder = new MediaRecorder(stream, { audioBitsPerSecond: bitsPerSecond, ...(mimeType ? { mimeType } : {}) })
    recorder.addEventListener('dataavailable', ({ data }) => data.size > 0 && onPiece(data))
    recorder.addEventListener('stop', () => {
      close()
      onEnd()
    })
    recorder.start(pieceMs)
    return {
      mediaType: recorder.mimeType || mimeType || 'audio/webm',
      stop: () => {
        if (recorder.state !== 'inactive') recorder.stop()
      },
    }
  } catch (error) {
    close()
    throw error
  }
}
