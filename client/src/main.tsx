import './styles.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { createI18n } from './i18n/i18n.ts'
import { showPreferences } from './preferences/show-preferences.ts'
import { loadParts } from './ui/lazy-part.tsx'

/** Long enough for the conversation to be there first. */
const idleDelayMs = 3_000

const root = document.getElementById('root')
if (!root) throw new Error('the page has no root element')
showPreferences()
createRoot(root).render(
  <StrictMode>
    <App i18n={createI18n()} />
  </StrictMode>,
)
setTimeout(() => void loadParts(), idleDelayMs)
