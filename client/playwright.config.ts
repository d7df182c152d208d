import { defineConfig } from '@playwright/test'
import { lateOptimisation } from '../server/testing/late-optimisation.ts'
import { findChromium } from './e2e/find-chromium.ts'

Object.assign(process.env, lateOptimisation)

export default defineConfig({
  testDir: './e2e',
  testMatch: '**/*.spec.ts',
  outputDir: './test-results',
  globalSetup: './e2e/global-setup.ts',
  // Each worker has a server, a database, a provider and a browser of its own, and waits for them half of the time.
  workers: 3,
  fullyParallel: false,
  retries: 0,
  forbidOnly: process.env['CI'] !== undefined,
  // These catch what hangs; a busy machine takes several times as long as an idle one.
  timeout: 300_000,
  expect: { timeout: 120_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1200, height: 800 },
    locale: 'en-US',
    actionTimeout: 120_000,
    navigationTimeout: 120_000,
    // Tests cannot observe or delay responses of a service worker; the tests of the service worker itself allow it.
    serviceWorkers: 'block',
    screenshot: 'only-on-failure',
    launchOptions: await findChromium(),
  },
})
