import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, type TestInfo } from '@playwright/test'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** The themes differ in nothing but colours, so these are the rules that the second one can break. */
const rulesOfColour = ['color-contrast', 'link-in-text-block']

/** Fails for every axe violation on the current page, in both themes, except for the rules in `without`; saves a screenshot of each. */
export async function expectAccessible(page: Page, info: TestInfo, name: string, without: string[] = []): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    // During a transition, colours are not final.
    await page.evaluate(async () => {
      await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)))
    })
    await page.screenshot({ path: info.outputPath(`${name}-${colorScheme}.png`) })
    const axe = new AxeBuilder({ page })
    const { violations } = await (
      colorScheme === 'light'
        ? axe.withTags(tags).disableRules(without)
        : axe.withRules(rulesOfColour.filter((rule) => !without.includes(rule)))
    ).analyze()
    const found = violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary ?? ''}`).join('; ')}`,
    )
    expect(found, `${name}, ${colorScheme}`).toEqual([])
  }
}

/** The viewports of a laptop and a phone; each is checked in both themes. */
export const looks = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
].map((viewport) => ({
  name: `${viewport.width} pixels wide`,
  use: { viewport, colorScheme: 'light' as const, contextOptions: { reducedMotion: 'reduce' as const } },
}))
