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
    await waitForFinalColours(page, colorScheme)
    const found =
      colorScheme === 'light'
        ? await findViolations(page, { runOnly: { type: 'tag', values: tags }, rules })
        : await findViolations(page, { runOnly: { type: 'rule', values: rulesOfColour }, rules })
    if (found.length > 0) await page.screenshot({ path: info.outputPath(`${name}-${colorScheme}.png`) })
    expect(found, `${name}, ${colorScheme}`).toEqual([])
  }
}

/** Waits until the page has the theme, and every transition to it is over. */
async function waitForFinalColours(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.evaluate(async (scheme) => {
    const frame = () =>
      new Promise((resolve) => {
        requestAnimationFrame(resolve)
      })
    const isEnding = (animation: Animation) => animation.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY
    while (!matchMedia(`(prefers-color-scheme: ${scheme})`).matches) await frame()
    // A transition begins with the frame in which its colour changes.
    for (let still = 0; still < 2; still += 1) {
      await frame()
      const running = document.getAnimations().filter(isEnding)
      if (running.length > 0) still = 0
      await Promise.all(running.map((animation) => animation.finished.catch(() => undefined)))
    }
  }, colorScheme)
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

/** What tests that check both sizes are driven on: the other tests are driven on a laptop, and a phone has less room for each control. */
export const phone = {
  viewport: { width: 390, height: 844 },
  colorScheme: 'light' as const,
  contextOptions: { reducedMotion: 'reduce' as const },
}

/** A laptop's and a phone's. */
export const sizes = [{ width: 1280, height: 800 }, phone.viewport] as const

/** As `expectAccessible`, on a laptop and on a phone; the page has the size of a phone afterwards. */
export async function expectAccessibleAtEverySize(
  page: Page,
  info: TestInfo,
  name: string,
  without: string[] = [],
): Promise<void> {
  for (const size of sizes) {
    await page.setViewportSize(size)
    await expectAccessible(page, info, `${name}-${size.width}`, without)
  }
}
