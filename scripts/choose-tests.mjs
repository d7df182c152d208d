import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { root } from './project.mjs'

const browserTests = 'client/e2e'
const escape = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`)
const isTestFile = (path) => /\.(?:test|contract)\.tsx?$/u.test(path)

/**
 * The arguments that `npm test -- <path or name> …` passes to each runner; null for a runner that has nothing to do.
 *
 * A path to a browser test, or its name without `.spec.ts`, goes to Playwright; any other path goes to Vitest, and a source file stands for
 * the test beside it. Words that are no path are a part of a test's name: both runners look for it in the paths, or everywhere.
 * @param {readonly string[]} asked
 * @returns {{ vitest: string[] | null, playwright: string[] | null, isByName: boolean }}
 */
export function chooseTests(asked) {
  const paths = { vitest: [], playwright: [] }
  const names = []
  for (const word of asked) {
    const path = toPath(word)
    if (path === null) names.push(word)
    else if (path === browserTests || path.startsWith(`${browserTests}/`)) paths.playwright.push(path)
    else {
      paths.vitest.push(path)
      // A folder above the browser tests holds tests of both runners.
      if (path === '' || browserTests.startsWith(`${path}/`)) paths.playwright.push(browserTests)
    }
  }
  const hasPaths = paths.vitest.length + paths.playwright.length > 0
  const pattern = names.map(escape).join('|')
  const choose = (own, option) => {
    if (hasPaths && own.length === 0) return null
    return [...own.filter((path) => path !== ''), ...(names.length > 0 ? [option, pattern] : [])]
  }
  return {
    vitest: choose(paths.vitest, '--testNamePattern'),
    playwright: choose(paths.playwright.map(toPlaywrightFilter), '--grep'),
    isByName: names.length > 0,
  }
}

/** The path from the root, with `/`; null for what is no path. */
function toPath(word) {
  const candidates = [word, `${word}.spec.ts`, `${browserTests}/${word}`, `${browserTests}/${word}.spec.ts`]
  const found = candidates.find((candidate) => existsSync(join(root, candidate)))
  if (found === undefined) return null
  const path = relative(root, resolve(root, found)).replaceAll('\\', '/')
  const test = path.replace(/\.(tsx?)$/u, '.test.$1')
  return /\.tsx?$/u.test(path) && !isTestFile(path) && existsSync(join(root, test)) ? test : path
}

/** Playwright runs in `client` and takes a regular expression; the whole folder needs none. */
function toPlaywrightFilter(path) {
  return path === browserTests ? '' : escape(path.slice('client/'.length))
}
