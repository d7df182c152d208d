export type ThemeChoice = 'system' | 'light' | 'dark'

const key = 'holdfast.theme'
const chromeColours = { light: '#f7f6f2', dark: '#14191c' }

export function readThemeChoice(): ThemeChoice {
  try {
    const value = localStorage.getItem(key)
    return value === 'light' || value === 'dark' ? value : 'system'
  } catch {
    return 'system'
  }
}

/** Keeps the choice for the next time and applies it now. */
export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, choice)
  } catch {
    // Storage is forbidden: the choice holds until the page is left.
  }
  applyTheme(choice)
}

/** Follows the system's theme for as long as nothing else is chosen. */
export function watchSystemTheme(): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)')
  const onChange = () => applyTheme(readThemeChoice())
  query.addEventListener('change', onChange)
  return () => query.removeEventListener('change', onChange)
}

function applyTheme(choice: ThemeChoice): void {
  const isDark = choice === 'dark' || (choice === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  const theme = isDark ? 'dark' : 'light'
  document.documentElement.dataset['theme'] = theme
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', chromeColours[theme])
}
