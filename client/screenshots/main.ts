import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext } from '@playwright/test'
import { createApiClient } from '../e2e/api-client.ts'
import { findChromium } from '../e2e/find-chromium.ts'
import buildPage from '../e2e/global-setup.ts'
import { startTestServer } from '../e2e/test-server.ts'
import { createFixtures, type Fixtures } from './fixtures.ts'
import { scenes, type Scene } from './scenes.ts'

/**
 * `npm run screenshots [-- scene …]`: a picture of every screen and state, in both themes and four widths, to be looked at. They go to
 * `docs/screenshots`, which is not kept, with an `index.html` that shows them side by side.
 */
const folder = join(import.meta.dirname, '..', '..', 'docs', 'screenshots')
const themes = ['light', 'dark'] as const
const sizes = [
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const

const asked = process.argv.slice(2).filter((name) => !name.startsWith('-'))
const chosen = asked.length === 0 ? scenes : scenes.filter(({ name }) => asked.includes(name))

await buildPage()
await rm(folder, { recursive: true, force: true })
await mkdir(folder, { recursive: true })
// Answers that the pictures show as being written must last until the last picture is taken.
await using server = await startTestServer({ env: { MODEL_IDLE_TIMEOUT_MS: '3600000', AUTO_CONTINUE: 'off' } })
const launch = await findChromium()
const browser = await chromium.launch({ ...launch, args: [...launch.args, '--hide-scrollbars'] })
try {
  const { state, fixtures } = await prepare(browser)
  for (const theme of themes) {
    for (const size of sizes) {
      const look = `${theme}-${size.width}`
      for (const scene of chosen) {
        const context = await browser.newContext({
          viewport: size,
          colorScheme: theme,
          storageState: state,
          reducedMotion: 'reduce',
          hasTouch: size.width < 768,
          isMobile: size.width < 768,
          baseURL: server.url,
        })
        await shoot(scene, context, fixtures, size.width >= 768, join(folder, `${scene.name}-${look}.png`))
        await context.close()
      }
      console.log(`${look}: ${chosen.length} scenes`)
    }
  }
  await writeFile(join(folder, 'index.html'), toIndex())
  console.log(`Open ${join(folder, 'index.html')}`)
} finally {
  await browser.close()
}

type State = Awaited<ReturnType<BrowserContext['storageState']>>

/** An account with everything that the scenes show. */
async function prepare(opened: Browser): Promise<{ readonly state: State; readonly fixtures: Fixtures }> {
  const context = await opened.newContext({ baseURL: server.url })
  const page = await context.newPage()
  await page.goto('/?settings=account')
  await page.getByLabel('Name').fill('Robin')
  await page.getByLabel('Email').fill('robin@example.org')
  await page.getByLabel('Password').fill('a long enough password')
  await page.getByTestId('credentials-submit').click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  const { client, close } = await createApiClient(server.url, context)
  const fixtures = await createFixtures(client, server)
  await close()
  const state = await context.storageState()
  await context.close()
  return { state, fixtures }
}

async function shoot(scene: Scene, context: BrowserContext, fixtures: Fixtures, isWide: boolean, path: string): Promise<void> {
  if (scene.isFor && !scene.isFor({ isWide })) return
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  // A draft of one scene must not appear in the next one.
  await page.route('**/trpc/**drafts.set**', (route) => route.abort())
  try {
    await page.goto(scene.path(fixtures))
    await page.locator('[data-testid=connection-state][data-state=live]').waitFor({ state: 'attached' })
    await page.getByTestId('thread-loading').waitFor({ state: 'detached' })
    await scene.act?.({ page, context, fixtures, isWide })
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
    // Transitions have ended.
    await page.waitForTimeout(700)
  } catch (error) {
    console.error(`${scene.name}: ${String(error).split('\n')[0]}`)
    process.exitCode = 1
  }
  await page.screenshot({ path })
}

function toIndex(): string {
  const figures = chosen.map(({ name }) => {
    const pictures = themes.flatMap((theme) =>
      sizes.map(({ width }) => `<img loading="lazy" src="${name}-${theme}-${width}.png" alt="" title="${theme} ${width}">`),
    )
    return `<h2>${name}</h2><div>${pictures.join('')}</div>`
  })
  const style = 'body{font:16px system-ui;margin:2rem;background:#888}div{display:flex;gap:1rem;overflow-x:auto}img{height:32rem}'
  return `<!doctype html><meta charset="utf-8"><title>Screens</title><style>${style}</style>${figures.join('\n')}\n`
}
