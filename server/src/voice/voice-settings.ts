import { openAiUrl } from '../models/openai/openai-url.ts'

/** Where recordings become text and text becomes speech. */
export interface VoiceSettings {
  /** Without a slash at its end. */
  readonly baseUrl: string
  /** Null: no `Authorization` is sent. */
  readonly apiKey: string | null
  /** The first is the default. Empty: recordings are not transcribed. */
  readonly transcribeModels: readonly string[]
  /** Null: nothing is read aloud by the server. */
  readonly speech: { readonly model: string; readonly voice: string } | null
}

/** The environment's variables about voice, without blank values. */
export interface VoiceEnvironment {
  readonly VOICE_BASE_URL?: string | undefined
  readonly VOICE_API_KEY?: string | undefined
  readonly VOICE_TRANSCRIBE_MODEL?: string | undefined
  readonly VOICE_SPEECH_MODEL?: string | undefined
  readonly VOICE_SPEECH_VOICE?: string | undefined
}

/** An invalid setting: one line that names the variable and holds no secret. */
export class VoiceSettingsError extends Error {
  override readonly name = 'VoiceSettingsError'
}

const openAiModels = { transcribe: 'gpt-4o-mini-transcribe', speech: 'gpt-4o-mini-tts' }
const defaultVoice = 'alloy'
const maxModels = 10
const namePattern = /^[\w./:@+-]{1,100}$/u

/**
 * A key alone stands for OpenAI, with its models. At another address only the models that are named are used: nobody knows what it has.
 * Null: no variable is set. @throws VoiceSettingsError
 */
export function readVoiceSettings(env: VoiceEnvironment): VoiceSettings | null {
  const { VOICE_BASE_URL: url, VOICE_API_KEY: key } = env
  if (url === undefined && key === undefined) {
    const lone = (['VOICE_TRANSCRIBE_MODEL', 'VOICE_SPEECH_MODEL', 'VOICE_SPEECH_VOICE'] as const).find((name) => env[name])
    if (lone !== undefined) throw new VoiceSettingsError(`${lone}: needs VOICE_BASE_URL or VOICE_API_KEY`)
    return null
  }
  if (key !== undefined && !/^[\u0021-\u007e]+$/u.test(key)) {
    throw new VoiceSettingsError('VOICE_API_KEY: may hold only letters, digits and signs of ASCII')
  }
  const isOpenAi = url === undefined
  const transcribeModels = readModels(env.VOICE_TRANSCRIBE_MODEL) ?? (isOpenAi ? [openAiModels.transcribe] : [])
  const speechModel = readName('VOICE_SPEECH_MODEL', env.VOICE_SPEECH_MODEL) ?? (isOpenAi ? openAiModels.speech : null)
  const voice = readName('VOICE_SPEECH_VOICE', env.VOICE_SPEECH_VOICE)
  if (transcribeModels.length === 0 && speechModel === null) {
    throw new VoiceSettingsError(
      'VOICE_BASE_URL: needs VOICE_TRANSCRIBE_MODEL or VOICE_SPEECH_MODEL, which say what it is used for',
    )
  }
  if (voice !== null && speechModel === null) throw new VoiceSettingsError('VOICE_SPEECH_VOICE: needs VOICE_SPEECH_MODEL')
  return {
    baseUrl: isOpenAi ? openAiUrl : readUrl(url),
    apiKey: key ?? null,
    transcribeModels,
    speech: speechModel === null ? null : { model: speechModel, voice: voice ?? defaultVoice },
  }
}

function readUrl(text: string): string {
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') {
    throw new VoiceSettingsError('VOICE_BASE_URL: must not hold a password; set VOICE_API_KEY')
  }
  if (url.search !== '' || url.hash !== '') throw new VoiceSettingsError('VOICE_BASE_URL: must end with its path, e.g. /v1')
  return url.href.replace(/\/+$/u, '')
}

function readModels(text: string | undefined): string[] | null {
  if (text === undefined) return null
  const names = [
    ...new Set(text.split(',').flatMap((name) => readName('VOICE_TRANSCRIBE_MODEL', name.trim() || undefined) ?? [])),
  ]
  if (names.length === 0 || names.length > maxModels) {
    throw new VoiceSettingsError(`VOICE_TRANSCRIBE_MODEL: must be 1 to ${maxModels} names of models, separated by commas`)
  }
  return names
}

function readName(variable: string, text: string | undefined): string | null {
  if (text === undefined) return null
  if (!namePattern.test(text)) throw new VoiceSettingsError(`${variable}: must be letters, digits and . / : @ + - _, at most 100`)
  return text
}
