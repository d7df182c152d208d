import { join } from 'node:path'

/** Where everything of the local model is, below the data directory. */
export interface LocalModelPlace {
  readonly directory: string
  readonly models: string
  readonly runtime: string
  readonly choice: string
}

export function toLocalModelPlace(dataDir: string): LocalModelPlace {
  const directory = join(dataDir, 'local-model')
  return {
    directory,
    models: join(directory, 'models'),
    runtime: join(directory, 'runtime'),
    choice: join(directory, 'choice.json'),
  }
}
