import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { contentOf, expectStatus, lastAnswer, send } from './page-parts.ts'
import { expect, test } from './test.ts'

test('a diagram loads, styles and runs nothing, and its text cannot weaken that (attack F4)', async ({ page }) => {
  const asked: string[] = []
  const sink = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.setHeader('access-control-allow-origin', '*').end()
  })
  await new Promise<void>((resolve) => void sink.listen(0, '127.0.0.1', resolve))
  const site = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`
  page.on('dialog', (dialog) => {
    asked.push(`dialog ${dialog.message()}`)
    void dialog.dismiss()
  })
  const diagrams = [
    `graph TD\n  A["<img src='${site}/label.png' onerror='alert(1)'>"] --> B`,
    `%%{init: {"themeCSS": "svg { background: url(${site}/theme.png) }"}}%%\ngraph TD\n  A --> B`,
    `%%{init: {"securityLevel": "loose", "htmlLabels": true}}%%\ngraph TD\n  A["<img src='${site}/loose.png'>"] --> B\n  click A "javascript:alert(1)"`,
    `flowchart TD\n  A@{ img: "${site}/shape.png", label: "x", h: 60 } --> B`,
    `mindmap\n  root(("<img src='${site}/mind.png'>"))`,
    `graph TD\n  A --> B\n  style A fill:url(${site}/fill.png)\n  classDef c fill:url(${site}/class.png)\n  class B c`,
  ]
  await send(page, `say ${diagrams.map((text) => `\`\`\`mermaid\n${text}\n\`\`\``).join('\n\n')}`)
  const answer = lastAnswer(page)
  await expectStatus(answer, 'completed')
  const buttons = contentOf(answer).getByRole('button', { name: 'Show diagram' })
  await expect(buttons).toHaveCount(diagrams.length)
  for (let left = diagrams.length; left > 0; left -= 1) {
    await buttons.first().click()
    await expect(buttons).toHaveCount(left - 1)
  }
  // Each is drawn, or says that it could not be.
  const pictures = contentOf(answer).getByRole('img', { name: 'Diagram' })
  const failed = contentOf(answer).getByText('This diagram could not be drawn. Here is its source.')
  await expect.poll(async () => (await pictures.count()) + (await failed.count()), { timeout: 120_000 }).toBe(diagrams.length)
  expect(await pictures.count()).toBeGreaterThan(2)
  expect(asked).toEqual([])
  // The control: what asks is heard.
  await page.context().request.get(`${site}/control`)
  expect(asked).toEqual(['/control'])
  sink.close()
})

test('nothing that a script can read holds a token: storage, cookies, caches, the address (attack F12)', async ({
  page,
  context,
}) => {
  await send(page, 'say hello')
  await expectStatus(lastAnswer(page), 'completed')
  const readable = await page.evaluate(async () => {
    const found: string[] = [document.cookie, location.href, JSON.stringify(localStorage), JSON.stringify(sessionStorage)]
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name)
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(new Error(`cannot open ${name}`))
      })
      for (const store of database.objectStoreNames) {
        const rows = database.transaction(store).objectStore(store).getAll()
        found.push(
          await new Promise<string>((resolve, reject) => {
            rows.onsuccess = () => resolve(JSON.stringify(rows.result))
            rows.onerror = () => reject(new Error(`cannot read ${store}`))
          }),
        )
      }
      database.close()
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name)
      for (const request of await cache.keys()) found.push(request.url, await ((await cache.match(request)) as Response).text())
    }
    return found
  })
  const text = readable.join('\n')
  // The control: storage was read, and the server has given a token that looks like one.
  expect(text.length).toBeGreaterThan(10)
  const answer = await context.request.get(new URL('/api/auth/token', page.url()).href)
  const { token } = (await answer.json()) as { token: string }
  expect(token).toMatch(/^eyJ/u)
  expect(text).not.toMatch(/eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/u)
  const [cookie] = (await context.cookies()).filter(({ name }) => name.includes('session_token'))
  expect(cookie?.httpOnly).toBe(true)
  expect(text).not.toContain(cookie?.value.slice(0, 20) ?? 'a cookie')
})
