import './styles.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'
import { App } from './app/app.tsx'
import { basePath, completeAddress, currentPath } from './lib/base-path.ts'
import { pathToConversationId } from './lib/routes.ts'
import { loadThread } from './features/thread/index.ts'
import { createI18n } from './i18n/i18n.ts'
import { guardMovedNodes } from './lib/guard-moved-nodes.ts'
import { keepShell } from './offline/keep-shell.ts'
import { showPreferences } from './preferences/show-preferences.ts'
import { passClosedOverlays } from './ui/use-back-closes.ts'
import { loadParts } from './ui/lazy-part.tsx'

/** Delays the load of the other parts until the conversation has had time to appear. */
const idleDelayMs = 3_000

const root = document.getElementById('root')
if (!root) throw new Error('the page has no root element')
guardMovedNodes()
completeAddress()
showPreferences()
passClosedOverlays()
// A conversation needs the thread immediately. Other pages load it after their first paint, before the first message is written.
if (pathToConversationId(currentPath()) !== null) void loadThread()
else requestAnimationFrame(() => setTimeout(() => void loadThread()))
createRoot(root).render(
  <StrictMode>
    <Router base={basePath}>
      <App i18n={createI18n()} />
    </Router>
  </StrictMode>,
)
setTimeout(() => void loadParts(), idleDelayMs)
keepShell()
