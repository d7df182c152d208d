import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkExtension, type Extension } from '../extension/extension.ts'
import { StartError } from '../platform/start-error.ts'

const usualNames = ['holdfast.config.ts', 'holdfast.config.js', 'holdfast.config.mjs']

/**
 * What a developer has added: the default export of the named file, or of `holdfast.config.ts` in the working directory.
 * @throws StartError with one line that names the file and what is wrong with it
 */
export async function loadConfigFile(named: string | null): Promise<Extension> {
  const name = named ?? usualNames.find((usual) => existsSync(usual))
  if (name === undefined) return {}
  const path = resolve(name)
  if (!existsSync(path)) throw new StartError(`HOLDFAST_CONFIG: ${name} does not exist`)
  const fail = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error)
    return new StartError(`${name}: ${message.split('\n', 1)[0]}`, { cause: error })
  }
  try {
    const { default: extension } = (await import(pathToFileURL(path).href)) as { default?: Extension }
    if (extension === undefined) throw new StartError('it has no default export: write `export default defineConfig({ … })`')
    return checkExtension('', extension)
  } catch (error) {
    throw fail(error)
  }
}
