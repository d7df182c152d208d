import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTemporaryDirectory } from '../../testing/temporary-directory.ts'
import { runProgram } from './run-program.ts'
import { readSample, root } from './samples.ts'

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly publishedDependencies: readonly string[]
}

const client = JSON.parse(readFileSync(join(root, 'client/package.json'), 'utf8')) as Manifest

/** The oldest React and TypeScript that the packages are for. */
const oldest = {
  react: '18.2.0',
  'react-dom': '18.2.0',
  '@types/react': '18.2.79',
  '@types/react-dom': '18.2.25',
  typescript: '5.9.3',
}

/**
 * A project that has installed the client with npm, and no server.
 * @param tarballs by the names of the packages
 */
export async function createNpmProject(
  tarballs: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { readonly path: string }> {
  const project = await createTemporaryDirectory()
  const ours = Object.fromEntries(['@holdfast/client', '@holdfast/shared'].map((name) => [name, `file:${tarballs[name]}`]))
  const pinned = Object.fromEntries(
    client.publishedDependencies.filter((name) => !(name in ours)).map((name) => [name, client.dependencies[name]]),
  )
  const manifest = { name: 'elsewhere', private: true, type: 'module', dependencies: { ...ours, ...pinned, ...oldest } }
  await writeFile(join(project.path, 'package.json'), JSON.stringify(manifest))
  await writeFile(join(project.path, 'answer.js'), readSample('answer.js'))
  await writeFile(join(project.path, 'chat.tsx'), readSample('chat.tsx'))
  await runProgram('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: project.path })
  return project
}

/** What the compiler says about files of a project: nothing is skipped, declarations of libraries are checked, too. */
export async function checkTypes(
  compiler: string,
  cwd: string,
  options: { readonly files: readonly string[]; readonly moduleResolution: 'bundler' | 'node16' },
): Promise<string> {
  const { files, moduleResolution } = options
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    target: 'es2022',
    module: moduleResolution === 'bundler' ? 'esnext' : moduleResolution,
    moduleResolution,
    // tRPC's declarations name `Disposable`.
    lib: ['es2022', 'esnext.disposable', 'dom', 'dom.iterable'],
    jsx: 'react-jsx',
    types: [],
    noEmit: true,
  }
  await writeFile(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  return runProgram(process.execPath, [compiler, '-p', '.', '--pretty', 'false'], { cwd }).catch(String)
}
