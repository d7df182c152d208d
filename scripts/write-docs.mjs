import { runNode } from './run.mjs'

/** `npm run docs`: writes what is generated in docs/. With `--check` it fails where a page is out of date. */
for (const generator of ['server/docs-generator/main.ts', 'scripts/draw-floors.mjs']) {
  const code = await runNode([generator, ...process.argv.slice(2)])
  if (code !== 0) process.exitCode = code
}
