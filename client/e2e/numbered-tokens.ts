import { expect, type Locator, type Page } from '@playwright/test'
import { tokensText } from '../../server/testing/scripted-provider/index.ts'
import { contentOf } from './page-parts.ts'

/** Counts the tokens t1, t2, … in a text. Fails when one is missing, doubled, out of place or cut. */
export function countTokens(text: string): number {
  const shown = text.trimEnd()
  const count = shown === '' ? 0 : shown.split(' ').length
  expect(shown, `${count} tokens without a gap and without a double`).toBe(tokensText(count).trimEnd())
  return count
}

export async function countShownTokens(answer: Locator): Promise<number> {
  return countTokens((await contentOf(answer).textContent()) ?? '')
}

/** Waits until at least so many tokens stand there; gives how many. */
export async function expectTokens(answer: Locator, atLeast: number, timeout = 120_000): Promise<number> {
  let count = 0
  await expect
    .poll(async () => (count = (await contentOf(answer).count()) === 0 ? 0 : await countShownTokens(answer)), {
      message: `at least ${atLeast} tokens on the page`,
      intervals: [20, 50],
      timeout,
    })
    .toBeGreaterThanOrEqual(atLeast)
  return count
}

/**
 * Checks the answer whenever the page changes, from its first paint on, and records states that must never be visible: a
 * text that is not the beginning of the tokens, or one that is shorter than before.
 */
export async function watchTokens(page: Page, total: number): Promise<{ readonly faults: () => Promise<readonly string[]> }> {
  await page.addInitScript(watch, tokensText(total))
  await page.evaluate(watch, tokensText(total))
  return { faults: () => page.evaluate(() => (window as unknown as { tokenFaults: string[] }).tokenFaults) }
}

/** Runs in the page. */
function watch(whole: string): void {
  const faults: string[] = []
  Object.assign(window, { tokenFaults: faults })
  let longest = 0
  const look = () => {
    const contents = document.querySelectorAll('[data-role=assistant] [data-testid=message-content]')
    const text = contents[contents.length - 1]?.textContent.trimEnd() ?? ''
    if (!whole.startsWith(text)) faults.push(`not the beginning: …${text.slice(-60)}`)
    if (text.length < longest) faults.push(`shrank from ${longest} to ${text.length}`)
    longest = text.length
  }
  new MutationObserver(look).observe(document, { childList: true, characterData: true, subtree: true })
}
