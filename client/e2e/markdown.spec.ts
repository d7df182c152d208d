import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Locator, Page } from '@playwright/test'
import { expectAccessible, expectAccessibleAtEverySize, phone } from './expect-accessible.ts'
import { startTestServer } from './test-server.ts'
import { contentOf, expectStatus, lastAnswer, openStart, send } from './page-parts.ts'
import { expect, test } from './test.ts'

/** Has the model answer with exactly this text. */
async function answerWith(page: Page, text: string): Promise<Locator> {
  await send(page, `say ${text}`)
  const answer = lastAnswer(page)
  await expectStatus(answer, 'completed')
  return contentOf(answer)
}

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

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

test.describe('from a phone to a laptop', () => {
  test.use(phone)

  test('axe finds no violation in any kind of content of an answer', async ({ page }, info) => {
    const content = await answerWith(page, allKinds)
    await expect(content.locator('.code-keyword').first()).toBeVisible()
    await expect(content.locator('.formula .katex')).toHaveCount(2)
    await expect(content.getByRole('region', { name: 'Table' })).toBeVisible()
    await expectAccessibleAtEverySize(page, info, 'markdown')
  })
})

test('code is highlighted outside the main thread, with colours for each theme', async ({ page }) => {
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

test('code is copied as its source by the button, by selection, and as a file', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const source = Array.from({ length: 130 }, (_, index) =>
    index % 9 === 4 ? '' : `${' '.repeat(index % 5)}line(${index}) // <b>`,
  ).join('\n')
  const content = await answerWith(page, `\`\`\`ts title="src/many.ts"\n${source}\n\`\`\``)
  const code = content.getByRole('region', { name: 'Code: ts' })
  await expect(content.locator('.code-comment').nth(100)).toBeAttached()

  await content.getByRole('button', { name: 'Copy code' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(source)

  const selected = await code.locator('code').evaluate((element) => {
    getSelection()?.selectAllChildren(element)
    return getSelection()?.toString()
  })
  expect(selected).toBe(source)

  const downloading = page.waitForEvent('download')
  await content.getByRole('button', { name: 'Download code' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toBe('many.ts')
  expect(readFileSync(await download.path(), 'utf8')).toBe(`${source}\n`)
})

test('long code that was complete when the page opened shows its beginning, and expands on demand', async ({ page }) => {
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

test('a table can be copied for a spreadsheet, and as Markdown', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const table = '| Name | Count |\n| --- | --: |\n| **one** | 1 |\n| two | `22` |'
  const content = await answerWith(page, `Here:\n\n${table}\n\nDone.`)
  await content.getByRole('region', { name: 'Table' }).hover()
  await content.getByRole('button', { name: 'Copy table for a spreadsheet' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('Name\tCount\none\t1\ntwo\t22')
  await content.getByRole('button', { name: 'Copy table as Markdown' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(`${table}\n`)
})

test('a table of hundreds of rows has aligned columns, and is copied as one table', async ({ page, context }, info) => {
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
  await content.getByRole('button', { name: 'Copy table as Markdown' }).click()
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(`${table}\n`)
})

test('an image of another site is fetched only on request, and then shown in place (attack F3)', async ({ page }) => {
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
  await expect(content.getByRole('button', { name: `Show image: inline (127.0.0.1:` })).toBeVisible()
  await page.reload()
  await expect(content.getByRole('button', { name: /Show image: by name/u })).toBeVisible()
  expect(asked).toEqual([])

  await content.getByRole('button', { name: /Show image: inline/u }).click()
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

test('a diagram is drawn on demand as a picture; an invalid diagram stays text', async ({ page }) => {
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
  await expect(content.getByText('This diagram could not be drawn. Here is its source.')).toBeVisible({ timeout: 60_000 })
  await expect(content.getByText('not a diagram {{{')).toBeVisible()
})

test('incomplete Markdown syntax is never visible while an answer is written', async ({ browser }) => {
  await using server = await startTestServer({ isDemo: true })
  const page = await browser.newPage()
  await openStart(page, server.url)
  await page.evaluate(() => {
    const seen: string[] = []
    Object.assign(window, { seenMarks: seen })
    const look = () => {
      for (const content of document.querySelectorAll('[data-role=assistant] [data-testid=message-content]')) {
        // In code, Markdown syntax stays visible.
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
    await expectStatus(lastAnswer(page), 'completed')
  }
  await expect(contentOf(lastAnswer(page)).getByRole('listitem').first()).toBeVisible()
  expect(await page.evaluate(() => (window as unknown as { seenMarks: string[] }).seenMarks)).toEqual([])
  await page.close()
})

test('an invalid formula is shown as its source', async ({ page }) => {
  const content = await answerWith(page, 'Good $x^2$, bad $\\nonsense{$, and \\(y\\).')
  await expect(content.locator('.formula .katex')).toHaveCount(2)
  await expect(content.locator('.formula[data-state=source]')).toHaveText('$\\nonsense{$')
})

test('HTML, alerts and CJK emphasis in answers are rendered', async ({ page }, info) => {
  const content = await answerWith(
    page,
    [
      '# Title\n\nH<sub>2</sub>O, <kbd>Ctrl</kbd>, <mark>new</mark>. **注意：**正文',
      '> [!WARNING]\n> Hot',
      '- [x] done\n- [ ] open',
      '| Plan | Dynamics |\n| --- | --- |\n| 1 user<br>2 projects | yes |',
      '<details>\n<summary>More of it</summary>\n\nThe **rest**\n\n</details>',
      'مرحبا\n\n`npm install` ثم شغل\n\n- ثم\n- English',
      `![dot](data:image/png;base64,${pixel})`,
      '```\nplain\n```',
    ].join('\n\n'),
  )
  await expect(content.locator('sub')).toHaveText('2')
  await expect(content.locator('strong').first()).toHaveText('注意：')
  await expect(content.getByRole('note', { name: 'Warning' })).toContainText('Hot')
  await expect(content.getByRole('heading', { name: 'Title', level: 3 })).toBeVisible()
  const rest = content.getByText('The rest')
  await expect(rest).toBeHidden()
  await content.getByText('More of it').click()
  await expect(rest).toBeVisible()
  const direction = (text: string) =>
    content
      .getByText(text)
      .last()
      .evaluate((element) => getComputedStyle(element).direction)
  expect(await direction('ثم شغل')).toBe('rtl')
  expect(await direction('English')).toBe('ltr')
  await expect
    .poll(() => content.getByRole('img', { name: 'dot' }).evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBe(1)

  const table = content.getByRole('region', { name: 'Table' })
  await table.hover()
  // The buttons cover no cell, neither of the table nor of the text around it.
  const cells = await table.getByRole('cell').last().boundingBox()
  const button = await content.getByRole('button', { name: 'Copy table for a spreadsheet' }).boundingBox()
  expect(button?.y).toBeGreaterThanOrEqual((cells?.y ?? Number.NaN) + (cells?.height ?? 0))
  await expectAccessible(page, info, 'model-markdown')
})

test('a page translator does not break a growing answer', async ({ page }) => {
  await page.evaluate(() => {
    const translate = () => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
      const found: Text[] = []
      for (let node = walker.nextNode(); node; node = walker.nextNode())
        if (
          node instanceof Text &&
          node.data.trim() !== '' &&
          !node.parentElement?.closest('font, script, textarea, [translate=no]')
        )
          found.push(node)
      for (const node of found) {
        const outer = document.createElement('font')
        const inner = document.createElement('font')
        node.replaceWith(outer)
        outer.append(inner)
        inner.append(node)
      }
    }
    setInterval(translate, 60)
  })
  const text = Array.from({ length: 60 }, (_, index) => `w${index} **b${index}**`).join(' ')
  const content = await answerWith(page, `${text}\n\n- one\n- two\n\nEnd`)
  await expect(content).toHaveText(/w0 b0.*w59 b59.*one.*two.*End/su)
  const second = await answerWith(page, 'another one')
  await expect(second).toHaveText('another one')
  await expect(page.getByTestId('failed-part')).toHaveCount(0)
})

test('F10 a link left with one click, its address only in the status line: one that hides where it leads asks, by keyboard too', async ({
  page,
  context,
}) => {
  await context.route(/example/u, (route) => route.fulfill({ body: 'there' }))
  const secret = 'x'.repeat(130)
  const content = await answerWith(
    page,
    `[bank.com](https://evil.example/login) and [an honest one](https://good.example/page) and [a picture](https://evil.example/?q=${secret})`,
  )
  const question = page.getByRole('dialog', { name: 'Open this link?' })
  const opened = context.waitForEvent('page')
  await content.getByRole('link', { name: 'an honest one' }).click()
  const honest = await opened
  expect(honest.url()).toBe('https://good.example/page')
  await honest.close()

  const hidden = content.getByRole('link', { name: 'bank.com' })
  await hidden.focus()
  await page.keyboard.press('Enter')
  await expect(question).toContainText('https://evil.example/login')
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await expectAccessible(page, test.info(), 'link-question')
  await page.keyboard.press('Enter')
  await expect(question).toHaveCount(0)
  await expect(hidden).toBeFocused()
  // The middle button opens links, too.
  await hidden.click({ button: 'middle' })
  await expect(question).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(question).toHaveCount(0)
  expect(context.pages()).toHaveLength(1)

  await content.getByRole('link', { name: 'a picture' }).click()
  await expect(question).toContainText(`?q=${secret}`)
  const agreed = context.waitForEvent('page')
  await question.getByRole('link', { name: 'Open link' }).click()
  expect((await agreed).url()).toContain('https://evil.example/')
  await expect(question).toHaveCount(0)
})
