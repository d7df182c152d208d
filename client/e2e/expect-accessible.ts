import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, type TestInfo } from '@playwright/test'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Fails for every known barrier on the page as it is, but for the rules in `without`; keeps a picture of it. */
export async function expectAccessible(page: Page, info: TestInfo, name: string, without: string[] = []): Promise<void> {
  // Half-way through a fade, colours are not what they will be.
  await page.evaluate(async () => {
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)))
  })
  await page.screenshot({ path: info.outputPath(`${name}.png`) })
  const { violations } = await new AxeBuilder({ page }).withTags(tags).disableRules(without).analyze()
  const found = violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary ?? ''}`).join('; ')}`,
  )
  expect(found, name).toEqual([])
}

/** Both themes, a laptop and a phone. */
export const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ].map((viewport) => ({
    name: `${colorScheme}, ${viewport.width} pixels wide`,
    use: { viewport, colorScheme, contextOptions: { reducedMotion: 'reduce' as const } },
  })),
)
