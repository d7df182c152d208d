import { existsSync } from 'node:fs'
import { chromium as playwrightChromium } from '@playwright/test'

const installed = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/**
 * The path of a Chromium: `CHROMIUM_PATH`, Playwright's own, one that the system has, or the one that comes with the packages, which
 * runs on Linux and needs nothing else.
 */
export async function findChromium(): Promise<string> {
  const asked = process.env['CHROMIUM_PATH']
  if (asked) return asked
  const found = [playwrightChromium.executablePath(), ...installed].find((path) => existsSync(path))
  if (found !== undefined) return found
  const { default: packed } = await import('@sparticuz/chromium')
  return await packed.executablePath()
}
