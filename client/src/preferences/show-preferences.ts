import { textSize, themeChoice } from './preferences.ts'

const chromeColours = { light: '#f7f6f2', dark: '#14191c' }

/** Applies theme and text size, also when they change in another tab; `/before-paint.js` applies them before the first paint. */
export function showPreferences(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', showTheme)
  themeChoice.subscribe(showTheme)
  textSize.subscribe(showTextSize)
}

function showTheme(): void {
  const choice = themeChoice.get()
  const isDark = choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  const theme = isDark ? 'dark' : 'light'
  document.documentElement.dataset['theme'] = theme
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', chromeColours[theme])
}

function showTextSize(): void {
  document.documentElement.dataset['textSize'] = textSize.get()
}
