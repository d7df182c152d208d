import type { Page } from '@playwright/test'
import { readBuiltPage } from './built-page.ts'
import { composer, expectStatus, lastAnswer, openStart, send } from './page-parts.ts'
import { expect, test } from './test.ts'

const kilobyte = 1_000

test('what a visit fetches before anything is painted is small, and nothing in it formats, highlights, sets or draws', () => {
  const { first, gzippedBytes } = readBuiltPage()
  const scripts = first.filter((path) => path.endsWith('.js'))
  const styles = first.filter((path) => path.endsWith('.css'))
  const sizes = { scripts: gzippedBytes(scripts) / kilobyte, styles: gzippedBytes(styles) / kilobyte }
  console.log(
    `before the first paint: ${scripts.length} scripts, ${sizes.scripts.toFixed(0)} kB; styles, ${sizes.styles.toFixed(0)} kB`,
  )
  expect(scripts.length).toBeGreaterThan(1)
  expect(sizes.scripts).toBeGreaterThan(50)
  expect(sizes.scripts).toBeLessThan(180)
  expect(sizes.styles).toBeLessThan(15)
  expect(scripts.filter((name) => /thread|markdown|highlight|typeset|katex|diagram|mermaid/u.test(name))).toEqual([])
})

/** Holds back every answer to a matching request until it is told to let go. Gives what was asked for. */
async function holdBack(page: Page, isHeld: (path: string) => boolean) {
  const asked: string[] = []
  const { promise, resolve } = Promise.withResolvers<undefined>()
  await page.route(
    ({ pathname }) => isHeld(pathname),
    async (route) => {
      asked.push(new URL(route.request().url()).pathname)
      await promise
      await route.continue()
    },
  )
  return { asked, letGo: () => resolve(undefined) }
}

test('the address of a conversation fetches the thread beside the page, not after it; the page stands still when it comes', async ({
  page,
  context,
}) => {
  const { first, forConversations } = readBuiltPage()
  expect(forConversations.some((path) => path.includes('/thread-'))).toBe(true)
  expect(forConversations.some((path) => path.includes('/loaded-markdown-'))).toBe(true)
  await send(page, 'say hello')
  await expectStatus(lastAnswer(page), 'completed')
  const address = page.url()

  const second = await context.newPage()
  const script = await holdBack(second, (path) => path.endsWith('.js') && first.includes(path) && !path.includes('/before-paint'))
  const thread = await holdBack(second, (path) => forConversations.includes(path))
  await second.goto(address, { waitUntil: 'commit' })
  // Asked for while nothing of the page has run yet.
  await expect.poll(() => thread.asked.toSorted()).toEqual(forConversations.toSorted())
  script.letGo()
  const skeleton = second.getByTestId('thread-loading')
  await expect(skeleton).toBeVisible()
  await expect(second.getByTestId('title')).toBeVisible()
  const before = await composer(second).boundingBox()
  await composer(second).fill('written while it loads')
  thread.letGo()
  await expectStatus(lastAnswer(second), 'completed')
  await expect(skeleton).toHaveCount(0)
  await expect(composer(second)).toHaveValue('written while it loads')
  expect(await composer(second).boundingBox()).toEqual(before)
  await second.close()
})

test('the start page fetches the thread by itself, so that the first message waits for nothing', async ({ browser, house }) => {
  const page = await browser.newPage()
  const { forConversations } = readBuiltPage()
  const asked = new Set<string>()
  page.on('requestfinished', (request) => asked.add(new URL(request.url()).pathname))
  await openStart(page, house.url)
  await expect.poll(() => forConversations.filter((path) => !asked.has(path))).toEqual([])
  const skeletons = await page.evaluateHandle(() => {
    const seen: string[] = []
    new MutationObserver(() => {
      const testId = document
        .querySelector('[data-testid=thread-loading], [data-testid=failed-part]')
        ?.getAttribute('data-testid')
      if (testId) seen.push(testId)
    }).observe(document, { childList: true, subtree: true })
    return seen
  })
  await send(page, 'say hello')
  await expectStatus(lastAnswer(page), 'completed')
  expect(await skeletons.jsonValue()).toEqual([])
  await page.close()
})
