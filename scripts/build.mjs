import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureInstalled } from './install.mjs'
import { ensurePage } from './page.mjs'
import { giveUp, packages, root, say } from './project.mjs'
import { declareRouter } from './router-type.mjs'
import { runNode } from './run.mjs'

/** Compiles every package to JavaScript and declarations in its `lib`. Only the published packages need it. */
export async function buildPackages() {
  for (const name of packages) {
    const lib = join(root, name, 'lib')
    rmSync(lib, { recursive: true, force: true })
    const code = await runNode(['node_modules/typescript/bin/tsc', '-p', join(name, 'tsconfig.build.json')], { quiet: true })
    if (code !== 0) giveUp(`\nThe package ${name} could not be built: see above.`)
    rewriteDeclarations(lib)
    // Some files read the version from the package.json that is two folders above them, in src as in lib.
    const { version, type } = JSON.parse(readFileSync(join(root, name, 'package.json'), 'utf8'))
    writeFileSync(join(lib, 'package.json'), JSON.stringify({ version, type }))
    // What runs local models is installed from a lock file.
    const lock = 'src/local-model/runtime'
    if (name === 'shared' && (await runNode(['client/build/mark-package.ts'])) !== 0)
      giveUp('\nThe schemas could not be marked: see above.')
    if (name === 'client') bringRouterType(lib)
    if (name === 'server') cpSync(join(root, name, lock), join(lib, lock), { recursive: true })
  }
}

/** The client brings the type of the router along, so that programs that use it need not install the server. */
function bringRouterType(lib) {
  const declaration = readFileSync(join(root, 'server/lib/src/api/app-router.d.ts'), 'utf8')
  writeFileSync(join(lib, 'app-router.d.ts'), declareRouter(declaration))
  for (const path of readdirSync(lib, { recursive: true })) {
    if (!path.endsWith('.d.ts')) continue
    const text = readFileSync(join(lib, path), 'utf8')
    const up = '../'.repeat(path.split(sep).length - 1) || './'
    writeFileSync(join(lib, path), text.replaceAll(/(["'])@holdfast\/server\1/gu, `$1${up}app-router.js$1`))
  }
}

/** The compiler rewrites `./a.ts` to `./a.js` in code, and leaves it in declarations. */
function rewriteDeclarations(lib) {
  for (const path of readdirSync(lib, { recursive: true })) {
    if (!path.endsWith('.d.ts')) continue
    const text = readFileSync(join(lib, path), 'utf8')
    writeFileSync(join(lib, path), text.replaceAll(/(from |import\()(["'])(\.[^"']*)\.tsx?\2/gu, '$1$2$3.js$2'))
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureInstalled()
  if (!process.argv.includes('--packages')) {
    await ensurePage()
    say('The page is in client/dist.')
  }
  await buildPackages()
  say('The packages are in */lib.')
}
