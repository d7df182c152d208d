import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, type Page, type TestInfo } from '@playwright/test'
import type * as Axe from 'axe-core'

const axeSource = await readFile(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** The themes differ in nothing but colours, so these are the rules that the second one can break. */
const rulesOfColour = ['color-contrast', 'link-in-text-block']

/** Fails for every axe violation on the current page, in both themes, except for the rules in `without`; saves a screenshot of a failure. */
export async function expectAccessible(page: Page, info: TestInfo, name: string, without: string[] = []): Promise<void> {
  const rules = Object.fromEntries(without.map((rule) => [rule, { enabled: false }]))
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    // During a transition, colours are not final.
    await page.evaluate(async () => {
      await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)))
    })
    const found =
      colorScheme === 'light'
        ? await findViolations(page, { runOnly: { type: 'tag', values: tags }, rules })
        : await findViolations(page, { runOnly: { type: 'rule', values: rulesOfColour }, rules })
    if (found.length > 0) await page.screenshot({ path: info.outputPath(`${name}-${colorScheme}.png`) })
    expect(found, `${name}, ${colorScheme}`).toEqual([])
  }
}

/** A line for each rule that is violated in the page's main frame. */
async function findViolations(page: Page, options: Axe.RunOptions): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource)
  return await page.evaluate(async (given) => {
    const { axe } = window as unknown as { axe: typeof Axe }
    const { violations } = await axe.run(document, { ...given, iframes: false, resultTypes: ['violations'] })
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary ?? ''}`).join('; ')}`,
    )
  }, options)
}

/** The viewports of a laptop and a phone; each is checked in both themes. */
export const looks = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
].map((viewport) => ({
  name: `${viewport.width} pixels wide`,
  use: { viewport, colorScheme: 'light' as const, contextOptions: { reducedMotion: 'reduce' as const } },
}))
