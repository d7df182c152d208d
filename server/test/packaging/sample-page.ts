import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build } from 'vite'
import { root } from './samples.ts'

interface Seen {
  readonly messages: readonly string[]
  /** Of the list of conversations. */
  readonly titles: readonly string[]
  readonly draft: string
}

interface SamplePage extends AsyncDisposable {
  readonly origin: string
  /** Opens the page in a browser, asks, and gives what it shows once the answer is there. */
  readonly ask: (serverUrl: string, question: string) => Promise<Seen>
}

/** The part of Playwright's API that is used: the package belongs to the client. */
interface Page {
  readonly goto: (url: string) => Promise<unknown>
  readonly fill: (selector: string, text: string) => Promise<void>
  readonly click: (selector: string) => Promise<void>
  readonly waitForSelector: (selector: string) => Promise<unknown>
  readonly locator: (selector: string) => {
    readonly allTextContents: () => Promise<string[]>
    readonly inputValue: () => Promise<string>
  }
}
interface Browser {
  readonly newPage: () => Promise<Page>
  readonly close: () => Promise<void>
}

const indexHtml = `<!doctype html>
<html><head></head><body><div id="root"></div><script type="module" src="/chat.tsx"></script></body></html>
`

/** Builds `chat.tsx` of a project with Vite and serves it. */
export async function openSamplePage(project: string): Promise<SamplePage> {
  await using stack = new AsyncDisposableStack()
  await writeFile(join(project, 'index.html'), indexHtml)
  await build({ root: project, logLevel: 'error', configFile: false, build: { outDir: 'dist', emptyOutDir: true } })
  const html = readFileSync(join(project, 'dist/index.html'), 'utf8')
  let serverUrl = ''
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (path === '/') {
      response.setHeader('content-type', 'text/html')
      return response.end(html.replace('<head>', `<head><meta name="holdfast" content="${serverUrl}">`))
    }
    if (!path.startsWith('/assets/')) return response.writeHead(404).end()
    response.setHeader('content-type', 'text/javascript')
    return response.end(readFileSync(join(project, 'dist', path)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stack.defer(() => new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const opened = stack.move()
  return {
    origin,
    ask: async (url, question) => {
      serverUrl = url
      const browser = await launchBrowser()
      try {
        const page = await browser.newPage()
        await page.goto(origin)
        await page.fill('textarea', question)
        await page.click('button:text("Send")')
        await page.waitForSelector('[data-role=assistant]:text-matches(".\\\\.$")')
        await page.waitForSelector('nav button')
        return {
          messages: await page.locator('[data-role]').allTextContents(),
          titles: await page.locator('nav button').allTextContents(),
          draft: await page.locator('textarea').inputValue(),
        }
      } finally {
        await browser.close()
      }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function launchBrowser(): Promise<Browser> {
  const { chromium } = createRequire(join(root, 'client/package.json'))('@playwright/test') as {
    chromium: { launch: (options: object) => Promise<Browser> }
  }
  const { findChromium } = (await import(join(root, 'client/e2e/find-chromium.ts'))) as { findChromium: () => Promise<object> }
  return chromium.launch(await findChromium())
}
