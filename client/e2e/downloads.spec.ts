import type { Page } from '@playwright/test'
import { typeInto } from './type-into.ts'
import { readBuiltPage } from './built-page.ts'
import { composer, expectStatus, lastAnswer, openStart, send } from './page-parts.ts'
import { expect, test } from './test.ts'

const kilobyte = 1_000

test('downloads before the first paint are small, and do not include Markdown, highlighting, formulas or diagrams', () => {
  const { first, gzippedBytes } = readBuiltPage()
  const scripts = first.filter((path) => path.endsWith('.js'))
  const styles = first.filter((path) => path.endsWith('.css'))
  const sizes = { scripts: gzippedBytes(scripts) / kilobyte, styles: gzippedBytes(styles) / kilobyte }
  console.log(
    `before the first paint: ${scripts.length} scripts, ${sizes.scripts.toFixed(1)} kB; styles, ${sizes.styles.toFixed(1)} kB`,
  )
  expect(scripts.length).toBeGreaterThan(1)
  expect(sizes.scripts).toBeGreaterThan(50)
  expect(sizes.scripts).toBeLessThan(180)
  expect(sizes.styles).toBeLessThan(15)
  expect(scripts.filter((name) => /thread|markdown|highlight|typeset|katex|diagram|mermaid/u.test(name))).toEqual([])
})

/** Holds back every response to a matching request until it is released. Returns the requested paths. */
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

test('a conversation page fetches the thread in parallel with the page, and its arrival causes no layout shift', async ({
  page,
  context,
}) => {
  const { first, forConversations } = readBuiltPage()
  expect(forConversations.some((path) => path.includes('/thread-'))).toBe(true)
  expect(forConversations.some((path) => path.includes('/markdown-impl-'))).toBe(true)
  await send(page, 'say hello')
  await expectStatus(lastAnswer(page), 'completed')
  const address = page.url()

  const second = await context.newPage()
  const script = await holdBack(second, (path) => path.endsWith('.js') && first.includes(path) && !path.includes('/before-paint'))
  const thread = await holdBack(second, (path) => forConversations.includes(path))
  await second.goto(address, { waitUntil: 'commit' })
  // The requests are made before any code of the page has run.
  await expect.poll(() => thread.asked.toSorted()).toEqual(forConversations.toSorted())
  script.letGo()
  const skeleton = second.getByTestId('thread-loading')
  await expect(skeleton).toBeVisible()
  await expect(second.getByTestId('title')).toBeVisible()
  const before = await composer(second).boundingBox()
  await typeInto(composer(second), 'written while it loads')
  thread.letGo()
  await expectStatus(lastAnswer(second), 'completed')
  await expect(skeleton).toHaveCount(0)
  await expect(composer(second)).toHaveValue('written while it loads')
  expect(await composer(second).boundingBox()).toEqual(before)
  await second.close()
})

test('the start page prefetches the thread, so that the first message does not wait for it', async ({ browser, server }) => {
  const page = await browser.newPage()
  const { forConversations } = readBuiltPage()
  const asked = new Set<string>()
  page.on('requestfinished', (request) => asked.add(new URL(request.url()).pathname))
  await openStart(page, server.url)
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
