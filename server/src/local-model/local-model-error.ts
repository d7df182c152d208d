import { StartError } from '../platform/start-error.ts'

/** A local model cannot be fetched or run. The message is for the person who asked, and says what to do. */
export class LocalModelError extends StartError {
  override readonly name: string = 'LocalModelError'
}
