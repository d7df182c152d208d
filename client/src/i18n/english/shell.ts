/** The frame of the page: start page, connection, notices. */
export const shell = {
  'skip-to-content': 'Skip to message box',
  'skip-to-answer': 'Skip to last answer',
  'not-found': 'Page not found',

  sidebar: 'Conversations',
  'sidebar.open': 'Show conversations',
  'sidebar.close': 'Hide conversations',

  'start.title': 'Ask anything.',
  'start.about': 'Close this tab whenever you like. The answer will be here when you return.',
  'start.suggestion.compare': 'Compare two options in a table',
  'start.suggestion.explain': 'Explain an idea step by step',
  'start.suggestion.draft': 'Draft a short, friendly message',
  'start.suggestion.plan': 'Plan my week in the planner',
  'start.recent': 'Recent conversations',
  'start.suggestion.demo.table': 'Show a table',
  'start.suggestion.demo.long': 'Write a long answer',
  'start.suggestion.demo.close': 'What happens if I close the tab?',
  'start.suggestion.demo.task': 'Add a task to buy groceries by Friday',

  'connection.live': 'Live',
  'connection.live.about': 'Connected. What you see is up to date.',
  'connection.connecting': 'Connecting',
  'connection.connecting.about': 'Connecting to the server…',
  'connection.reconnecting': 'Reconnecting',
  'connection.reconnecting.about': 'Connection lost. Everything you sent is saved.',
  'connection.blocked': 'Not connected',
  'connection.blocked.about': 'This page could not sign in. Allow cookies for this site, then reload.',
  'connection.offline': 'Offline',
  'connection.offline.about': 'This device has no network connection.',
  'connection.lost': 'Connection lost. Everything you sent is saved. Retrying in {seconds} s.',
  'connection.lost.now': 'Connection lost. Everything you sent is saved. Retrying now.',
  'connection.lost.running': 'Connection lost. Everything so far is saved. Retrying in {seconds} s.',
  'connection.lost.running.now': 'Connection lost. Everything so far is saved. Retrying now.',
  'connection.offline.idle': 'You are offline. Messages you write are sent when you are back online.',
  'connection.offline.running':
    'You are offline. Everything so far is saved. Messages you write are sent when you are back online.',
  'connection.retry': 'Retry now',

  'storage.unkept':
    'This browser stores nothing new for this site: its storage is full or blocked. What has reached the server is safe. Unsent messages and settings are lost when you close or reload this tab.',

  demo: 'Demo mode: answers come from a small rule-based program, not an AI.',
  'demo.add': 'Add a model',

  'part.failed': 'This part of the page could not be loaded. What you wrote is kept, even if you reload.',
  'page.crashed': 'Something went wrong',
  'page.crashed.about': 'Everything you sent is saved, and your drafts are kept. Reload the page to continue.',
  update: 'A new version is available. Reload when it suits you; nothing will be lost.',
  'update.reload': 'Reload',
  'update.later': 'Later',
  admin: 'Administration',
  usage: 'Usage',
  settings: 'Settings',
  'settings.writing': 'Reading and writing',
} as const
