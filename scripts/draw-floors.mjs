import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { floors, tests } from './floors.mjs'
import { root } from './project.mjs'

/** Writes the drawings of the floors into docs/ARCHITECTURE.md; with `--check` it only says whether they are up to date. */
const path = join(root, 'docs/ARCHITECTURE.md')
const drawn = ['server/src', 'client/src']
const cruiser = 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'

/** The imports between the entries of the places, as dependency-cruiser finds them: the path of each entry, with what it imports. */
function readImports() {
  const places = `^(?:${drawn.join('|')})`
  const narrowed = ['--exclude', tests, '--include-only', places, '--collapse', `${places}/[^/]+`]
  const json = execFileSync(
    process.execPath,
    [cruiser, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...narrowed, ...drawn],
    { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 },
  )
  return new Map(
    JSON.parse(json).modules.map(({ source, dependencies }) => [
      source,
      dependencies.map(({ resolved }) => resolved).filter((path) => path !== source),
    ]),
  )
}

/** Whether an entry imports another by way of a third. Imports go down only, so this ends. */
function isImpliedBy(imports, from, to) {
  const reaches = (entry) => entry === to || [...(imports.get(entry) ?? [])].some(reaches)
  return [...(imports.get(from) ?? [])].some((entry) => entry !== to && reaches(entry))
}

/** A flow chart with one box for each floor. An arrow that follows from others is left out. */
function drawPlace(place, imports) {
  const boxes = floors[place].map((floor, index) => {
    const nodes = floor.filter(isCode).map((entry) => `    ${toId(entry)}["${entry}"]`)
    return [`  subgraph floor${index}[" "]`, '    direction LR', ...nodes, '  end'].join('\n')
  })
  const entries = floors[place].flat().filter(isCode)
  const arrows = entries.flatMap((from) =>
    entries
      .filter((to) => imports.get(`${place}/${from}`)?.includes(`${place}/${to}`))
      .filter((to) => !isImpliedBy(imports, `${place}/${from}`, `${place}/${to}`))
      .map((to) => `  ${toId(from)} --> ${toId(to)}`),
  )
  return ['```mermaid', 'flowchart TB', ...boxes, ...arrows, '```'].join('\n')
}

/** Style sheets and declarations are no part of the drawing. */
function isCode(entry) {
  return !/\.(?:css|d\.ts)$/u.test(entry)
}

function toId(entry) {
  return entry.replaceAll(/[^a-z0-9]/giu, '_')
}

/** Puts each drawing between its two markers. @throws Error when they are not in the page */
function putDrawings(page) {
  const imports = readImports()
  return drawn.reduce((text, place) => {
    const [start, end] = [`<!-- floors of ${place}: written by npm run docs -->`, `<!-- end of the floors of ${place} -->`]
    const from = text.indexOf(start)
    const to = text.indexOf(end)
    if (from < 0 || to < from) throw new Error(`docs/ARCHITECTURE.md has no markers for the floors of ${place}`)
    return `${text.slice(0, from + start.length)}\n\n${drawPlace(place, imports)}\n\n${text.slice(to)}`
  }, page)
}

const written = readFileSync(path, 'utf8')
const wanted = putDrawings(written)

if (process.argv.includes('--check')) {
  if (written !== wanted) {
    process.stderr.write('docs/ARCHITECTURE.md does not draw the floors as they are: run `npm run docs`.\n')
    process.exitCode = 1
  }
} else if (written !== wanted) {
  writeFileSync(path, wanted)
  process.stdout.write('docs/ARCHITECTURE.md is up to date now.\n')
}
