import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildPackages } from './build.mjs'
import { ensureInstalled } from './install.mjs'
import { giveUp, packages, root, say } from './project.mjs'
import { run } from './run.mjs'

/**
 * Builds the packages, packs them, and publishes them in the order in which they need each other. pnpm packs, since it replaces
 * `workspace:` and applies `publishConfig`; npm publishes what was packed, with a provenance that says which run of which repository built it.
 * That works in a GitHub workflow with the permission `id-token: write`. `--dry-run` shows what would be published, anywhere.
 */
async function publishPackages(args) {
  const isDryRun = args.includes('--dry-run')
  const canProve = process.env.GITHUB_ACTIONS === 'true'
  if (!canProve && !isDryRun)
    giveUp('Only a GitHub workflow can publish with a provenance. To see what it would publish: --dry-run')
  await buildPackages()
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-packages-'))
  try {
    const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    for (const name of packages) {
      const code = await run('npx', ['--yes', packageManager, 'pack', '--pack-destination', folder], { cwd: join(root, name) })
      if (code !== 0) giveUp(`The package ${name} could not be packed.`)
    }
    const packed = readdirSync(folder)
    for (const name of packages) {
      const tarball = packed.find((file) => file.startsWith(`holdfast-${name}-`))
      const options = ['--access', 'public', '--provenance', ...args]
      const code = await run('npm', ['publish', join(folder, tarball), ...options], { cwd: folder })
      if (code !== 0) giveUp(`The package ${name} was not published; those before it were.`)
    }
    say(isDryRun ? 'Nothing was published.' : 'The packages are published.')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await ensureInstalled()
  await publishPackages(process.argv.slice(2))
}
