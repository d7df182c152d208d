import { readFileSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTemporaryDirectory } from '../../testing/temporary-directory.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const page = readFileSync(join(root, 'docs/EXTENDING.md'), 'utf8')

/** The samples of docs/EXTENDING.md, by their file names. */
export const samples: ReadonlyMap<string, string> = new Map(
  [...page.matchAll(/^```ts (?<name>\S+)\n(?<code>[\s\S]*?)^```$/gmu)].map(({ groups }) => [
    groups?.['name'] ?? '',
    groups?.['code'] ?? '',
  ]),
)

/** A project that has installed the server, with the samples as its files. */
export async function createSampleProject(): Promise<AsyncDisposable & { readonly path: string }> {
  const project = await createTemporaryDirectory()
  await writeFile(join(project.path, 'package.json'), JSON.stringify({ name: 'elsewhere', private: true, type: 'module' }))
  const modules = join(project.path, 'node_modules')
  await mkdir(join(modules, '@holdfast'), { recursive: true })
  await mkdir(join(modules, '@types'))
  await symlink(join(root, 'server'), join(modules, '@holdfast/server'))
  for (const name of ['zod', 'express', '@types/express']) {
    await symlink(join(root, 'server/node_modules', name), join(modules, name))
  }
  await symlink(join(root, 'node_modules/@types/node'), join(modules, '@types/node'))
  for (const [name, code] of samples) await writeFile(join(project.path, name), code)
  return project
}
