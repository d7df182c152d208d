import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Locator, Page } from '@playwright/test'
import { expectAccessible, looks } from './expect-accessible.ts'
import { openHouse } from './house.ts'
import { contentOf, expectStatus, lastAnswer, openStart, send } from './page-parts.ts'
import { expect, test } from './test.ts'

/** Has the model answer with exactly this text. */
async function answerWith(page: Page, text: string): Promise<Locator> {
  await send(page, `say ${text}`)
  const answer = lastAnswer(page)
  await expectStatus(answer, 'completed', 60_000)
  return contentOf(answer)
}

const allKinds = `# A tour

Some **bold**, *slanted*, ~~gone~~ and \`inline\` text, and [a link](https://example.org/page).[^1] It costs $5, not $10.

1. First
2. Second
   - deeper
   - [x] done
   - [ ] open

| Name | State | Count |
| --- | :-: | --: |
| one | **ready** | 1 |
| two | waiting | 22 |

\`\`\`ts
// src/greet.ts
export function greet(name: string): string {
  const times = 3 /* or more */
  return \`Hello \${name}\`.repeat(times)
}
\`\`\`

> A formula in a line: $e^{i\\pi} + 1 = 0$, and one that stands alone:

$$
\\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}
$$

![A chart](https://pictures.example/chart.png)

[^1]: With a note.`

for (const look of looks) {
  test.describe(look.name, () => {
    test.use(look.use)

    test('everything that an answer may hold can be read and used by everyone', async ({ page }, info) => {
      const content = await answerWith(page, allKinds)
      await expect(content.locator('.code-keyword').first()).toBeVisible()
      await expect(content.locator('.formula .katex')).toHaveCount(2)
      await expect(content.getByRole('region', { name: 'Table' })).toBeVisible()
      await expectAccessible(page, info, 'markdown')
    })
  })
}

test('code is highlighted beside the page, in colours that each theme has of its own', async ({ page }) => {
  const content = await answerWith(page, '```python\ndef answer(x):\n    return x * 2  # twice\n```')
  const keyword = content.locator('.code-keyword').first()
  await expect(keyword).toHaveText('def')
  await expect(content.locator('.code-comment')).toHaveText('# twice')
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await keyword.evaluate((element) => getComputedStyle(element).color)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(() => keyword.evaluate((element) => getComputedStyle(element).color)).not.toBe(light)
  expect(page.workers()).toHaveLength(1)
})

test('what is copied of code is its source, by the button, by hand and as a file', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const source = Array.from({ length: 130 }, (_, index) =>
    index % 9 === 4 ? '' : `${' '.repeat(index % 5)}line(${index}) // <b>`,
  ).join('\n')
  const content = await answerWith(page, `\`\`\`ts title="src/many.ts"\n${source}\n\`\`\``)
  const code = content.getByRole('region', { name: 'Code: ts' })
  await expect(content.locator('.code-comment').nth(100)).toBeAttached()

  await content.getByRole('button', { name: 'Copy the code' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(source)

  const selected = await code.locator('code').evaluate((element) => {
    getSelection()?.selectAllChildren(element)
    return getSelection()?.toString()
  })
  expect(selected).toBe(source)

  const downloading = page.waitForEvent('download')
  await content.getByRole('button', { name: 'Download the code' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toBe('many.ts')
  expect(readFileSync(await download.path(), 'utf8')).toBe(`${source}\n`)
})

test('long code that was finished before somebody came shows its beginning, and all of it on demand', async ({ page }) => {
  const source = Array.from({ length: 80 }, (_, index) => `line ${index}`).join('\n')
  const content = await answerWith(page, `\`\`\`\n${source}\n\`\`\``)
  const code = content.getByRole('region', { name: 'Code: text' })
  await page.reload()
  await expect(code).toContainText('line 79')
  const unfold = content.getByRole('button', { name: 'Show all 80 lines' })
  await expect(unfold).toHaveAttribute('aria-expanded', 'false')
  const height = async () => (await code.locator('xpath=..').boundingBox())?.height ?? 0
  expect(await height()).toBeLessThan(450)
  await unfold.click()
  expect(await height()).toBeGreaterThan(1_000)
  await content.getByRole('button', { name: 'Show less' }).click()
  expect(await height()).toBeLessThan(450)
})

test('a table is taken along for a spreadsheet and as it was written', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const table = '| Name | Count |\n| --- | --: |\n| **one** | 1 |\n| two | `22` |'
  const content = await answerWith(page, `Here:\n\n${table}\n\nDone.`)
  await content.getByRole('region', { name: 'Table' }).hover()
  await content.getByRole('button', { name: 'Copy the table for a spreadsheet' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('Name\tCount\none\t1\ntwo\t22')
  await content.getByRole('button', { name: 'Copy the table as Markdown' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(`${table}\n`)
})

test('a table of hundreds of rows has its columns below each other, and is one when it is taken along', async ({
  page,
  context,
}, info) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const row = (index: number) => `| ${index} | ${index === 3 ? 'a **wide** one' : 'x'} | ${index * 7} |`
  const table = ['| No | Name | Value |', '| --- | --- | --: |', ...Array.from({ length: 430 }, (_, index) => row(index))].join(
    '\n',
  )
  const content = await answerWith(page, table)
  const region = content.getByRole('region', { name: 'Table' })
  await expect(region.getByRole('table')).toHaveCount(6)
  await expect(region.getByRole('table', { name: 'Table, rows 401 to 430' }).getByRole('columnheader')).toHaveText([
    'No',
    'Name',
    'Value',
  ])
  const readColumns = () =>
    region.evaluate((element) => {
      const tables = [...element.querySelectorAll('table')]
      const lefts = tables.map((one) =>
        [...(one.tBodies[0]?.rows[0]?.cells ?? [])].map((cell) => cell.getBoundingClientRect().left),
      )
      const gaps = tables
        .slice(1)
        .map((one, index) => one.getBoundingClientRect().top - (tables[index]?.getBoundingClientRect().bottom ?? 0))
      const heads = tables.slice(1).map((one) => one.tHead?.getBoundingClientRect().height ?? Number.NaN)
      return { lefts, most: Math.max(...gaps.map(Math.abs), ...heads) }
    })
  const { lefts, most } = await readColumns()
  for (const [column, left] of (lefts[0] ?? []).entries()) {
    for (const other of lefts) expect(Math.abs((other[column] ?? 0) - left)).toBeLessThanOrEqual(1)
  }
  expect(most, 'nothing between them').toBeLessThanOrEqual(1)
  await page.setViewportSize({ width: 390, height: 800 })
  await expect.poll(async () => (await readColumns()).lefts[5]?.map(Math.round)).not.toEqual(lefts[5]?.map(Math.round))
  const narrow = await readColumns()
  expect(narrow.lefts[5]?.map(Math.round)).toEqual(narrow.lefts[0]?.map(Math.round))
  await expectAccessible(page, info, 'table')
  await page.setViewportSize({ width: 1200, height: 800 })
  await region.hover()
  await content.getByRole('button', { name: 'Copy the table as Markdown' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(`${table}\n`)
})

test('no picture of another site is fetched until a person asks for it, and then it is shown in its place', async ({ page }) => {
  const asked: string[] = []
  const picture =
    '<svg xmlns="http://www.w3.org/2000/svg" width="240" height="120"><rect width="240" height="120" fill="teal"/></svg>'
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('content-type', 'image/svg+xml').end(picture)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const text = [
    `![inline](${site}/inline.svg)`,
    `![by name][pic]`,
    `<img src="${site}/html.svg"> <picture><source srcset="${site}/source.svg"><img></picture>`,
    `[![linked](${site}/linked.svg)](https://example.org)`,
    `[pic]: ${site}/reference.svg`,
  ].join('\n\n')
  const content = await answerWith(page, text)
  await expect(content.getByRole('button', { name: `Show picture: inline (127.0.0.1:` })).toBeVisible()
  await page.reload()
  await expect(content.getByRole('button', { name: /Show picture: by name/u })).toBeVisible()
  expect(asked).toEqual([])

  await content.getByRole('button', { name: /Show picture: inline/u }).click()
  const frame = content.frameLocator('iframe')
  await expect(frame.getByRole('img', { name: 'inline' })).toBeVisible()
  await expect.poll(() => frame.getByRole('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(240)
  expect((await content.locator('iframe').boundingBox())?.height).toBeCloseTo(120, -1)
  expect(asked).toEqual(['/inline.svg'])

  // The page's own policy stands: a picture that got past the formatter would still not be fetched.
  await page.evaluate((address) => {
    const image = new Image()
    image.src = address
    document.body.append(image)
    return new Promise((resolve) => image.addEventListener('error', resolve))
  }, `${site}/injected.svg`)
  expect(asked).toEqual(['/inline.svg'])
  server.close()
})

test('a diagram is drawn on demand as a picture; what cannot be drawn stays text', async ({ page }) => {
  const fence = '```'
  const content = await answerWith(
    page,
    `${fence}mermaid\ngraph TD\n  A[Start] --> B{Really?}\n  B -->|yes| C[End]\n${fence}\n\n${fence}mermaid\nnot a diagram {{{\n${fence}`,
  )
  await expect(content.getByRole('img', { name: 'Diagram' })).toHaveCount(0)
  await content.getByRole('button', { name: 'Show diagram' }).first().click()
  const picture = content.getByRole('img', { name: 'Diagram' })
  await expect(picture).toBeVisible({ timeout: 60_000 })
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(50)
  await content.getByRole('button', { name: 'Show diagram' }).click()
  await expect(content.getByText('This diagram could not be drawn. Here is its text.')).toBeVisible({ timeout: 60_000 })
  await expect(content.getByText('not a diagram {{{')).toBeVisible()
})

test('while an answer is written, no half-written mark is ever seen', async ({ browser }) => {
  await using house = await openHouse({ isDemo: true })
  const page = await browser.newPage()
  await openStart(page, house.url)
  await page.evaluate(() => {
    const seen: string[] = []
    Object.assign(window, { seenMarks: seen })
    const look = () => {
      for (const content of document.querySelectorAll('[data-role=assistant] [data-testid=message-content]')) {
        // In code, marks are what was written.
        const prose = content.cloneNode(true) as Element
        for (const code of prose.querySelectorAll('pre')) code.remove()
        const mark = /\*\*|`{1,3}|\|\s|\s---|\[x\]|\[ \]|^\s*#/u.exec(prose.textContent)
        if (mark) seen.push(`${mark[0]} in ${prose.textContent.slice(Math.max(0, mark.index - 40), mark.index + 20)}`)
      }
    }
    new MutationObserver(look).observe(document, { childList: true, characterData: true, subtree: true })
  })
  for (const question of ['Show me a table', 'Show me some code', 'Show me a list']) {
    await send(page, question)
    await expectStatus(lastAnswer(page), 'completed', 60_000)
  }
  await expect(contentOf(lastAnswer(page)).getByRole('listitem').first()).toBeVisible()
  expect(await page.evaluate(() => (window as unknown as { seenMarks: string[] }).seenMarks)).toEqual([])
  await page.close()
})

test('a formula that TeX does not know is shown as it was written', async ({ page }) => {
  const content = await answerWith(page, 'Good $x^2$, bad $\\nonsense{$, and \\(y\\).')
  await expect(content.locator('.formula .katex')).toHaveCount(2)
  await expect(content.locator('.formula[data-state=source]')).toHaveText('$\\nonsense{$')
})
