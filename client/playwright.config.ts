import { defineConfig } from '@playwright/test'
import { findChromium } from './e2e/find-chromium.ts'

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
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  use: {
    viewport: { width: 1200, height: 800 },
    locale: 'en-US',
    actionTimeout: 30_000,
    navigationTimeout: 30_000,
    // What a service worker answers cannot be watched or held back by a test; those that are about it allow it.
    serviceWorkers: 'block',
    screenshot: 'only-on-failure',
    launchOptions: await findChromium(),
  },
})
