import { existsSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { printFigures, type Figure } from './figures.ts'
import { openBench, type Bench } from './open-bench.ts'

/**
 * `npm run bench:client [-- markdown|thread|pictures …]`: what the page costs in a real Chromium, beside the libraries that could do the same in
 * the same run. Each scenario is a folder with an `index.html`, which is built as the product is, and a `scenario.ts` that drives it; one
 * that runs alone measures the product itself.
 */
const scenarioNames = ['markdown', 'thread', 'pictures']

type Scenario =
  | { readonly run: (bench: Bench) => Promise<readonly Figure[]> }
  | { readonly runAlone: () => Promise<readonly Figure[]> }

const asked = process.argv.slice(2).filter((name) => !name.startsWith('-'))
const unknown = asked.find((name) => !scenarioNames.includes(name))
if (unknown !== undefined) throw new Error(`There is no scenario "${unknown}". There are: ${scenarioNames.join(', ')}.`)

const chosen = (asked.length === 0 ? scenarioNames : asked).filter((name) =>
  existsSync(new URL(`./${name}/scenario.ts`, import.meta.url)),
)

async function runScenario(name: string, scenario: Scenario): Promise<readonly Figure[]> {
  if ('runAlone' in scenario) return scenario.runAlone()
  await using bench = await openBench(name)
  return scenario.run(bench)
}

console.log(
  `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
)
let areAllMet = true
for (const name of chosen) {
  console.log(`\n${name}`)
  const scenario = (await import(new URL(`./${name}/scenario.ts`, import.meta.url).href)) as Scenario
  areAllMet = printFigures(await runScenario(name, scenario)) && areAllMet
}
process.exitCode = areAllMet ? 0 : 1
