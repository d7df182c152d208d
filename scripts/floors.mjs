/**
 * The floors of each place, from the top down. Code imports from the floors below its own: never from one above, never from a neighbour
 * on the same floor. A folder that stands on no floor fails the check.
 *
 * An entry is a folder or a file that stands directly in the place; `*` is all other files that do.
 */
export const floors = {
  'drizzle/src': [['index.ts'], ['migrate.ts'], ['schema']],
  'shared/src': [['index.ts'], ['procedures'], ['*']],
  'server/src': [
    ['main.ts', 'migrate.ts', 'index.ts', 'cli'],
    ['app'],
    ['api', 'mcp-server', 'openai-api', 'demo-model'],
    ['doctor'],
    ['backup'],
    ['imports', 'admin', 'account'],
    ['people', 'shares'],
    ['http', 'conversations', 'tool-runner', 'drafts', 'search', 'activity', 'planner', 'system', 'extension'],
    ['auth', 'generation'],
    ['config', 'usage', 'conversation-store', 'webhooks'],
    ['files', 'voice'],
    ['mcp-client', 'local-model'],
    ['tools', 'providers'],
    ['limits'],
    ['models', 'event-log', 'settings', 'audit'],
    ['platform'],
  ],
  'server/src/api': [['transports', 'openapi'], ['app-router.ts'], ['routers'], ['trpc']],
  'server/src/files': [
    ['*'],
    ['uploads', 'queries', 'commands'],
    ['serving'],
    ['processing'],
    ['storage', 'file-row.ts', 'list-cursor.ts'],
  ],
  'server/src/openai-api': [
    ['create-openai-api.ts'],
    ['answers', 'start-response.ts'],
    ['response-row.ts'],
    ['requests'],
    ['response-ids.ts'],
    ['api-error.ts'],
  ],
  'server/src/conversations': [
    ['empty-trash.ts'],
    ['commands'],
    [
      'queries',
      'answer-question.ts',
      'append-turn.ts',
      'append-removal.ts',
      'append-update.ts',
      'cancel-generations.ts',
      'change-message.ts',
      'find-decidable-call.ts',
      'settle-approval.ts',
      'write-copies.ts',
    ],
    ['earlier', 'compose-question.ts'],
  ],
  'server/src/generation': [['*'], ['steps', 'queue'], ['ending', 'writer', 'prompt'], ['store']],
  'server/src/imports': [['import-local-file.ts'], ['commands', 'queries'], ['*'], ['formats'], ['archive']],
  'server/src/planner': [['tools'], ['commands', 'queries'], ['*']],
  'server/src/local-model': [['local-model-handler.ts'], ['open-local-model.ts'], ['*'], ['process', 'runtime']],
  'server/src/webhooks': [['commands', 'queries'], ['*']],
  'server/src/shares': [['page'], ['commands', 'queries'], ['*']],
  'server/src/models': [
    ['*'],
    ['openai'],
    ['count-tokens.ts'],
    ['message-to-files.ts'],
    ['model.ts', 'model-facts.ts'],
    ['model-error.ts', 'model-file.ts'],
  ],
  'server/src/platform': [['nodes'], ['bus', 'database', 'control'], ['*']],
  'server/src/cli': [['main.ts'], ['run-cli.ts'], ['commands'], ['*']],
  chaos: [['main.ts'], ['real-run.ts', 'in-process'], ['faults'], ['cluster.ts'], ['*'], ['wire']],
  'client/src': [
    ['main.tsx', 'index.ts'],
    ['app'],
    ['features'],
    ['providers', 'parameters'],
    ['markdown', 'react', 'shortcuts'],
    ['drafts'],
    ['ui', 'sdk', 'preferences', 'offline'],
    ['i18n', 'lib', 'styles.css', 'vite-env.d.ts'],
  ],
  'client/src/app': [['app.tsx'], ['shell.tsx'], ['pages', 'sidebar.tsx'], ['chrome'], ['memory']],
  'client/src/sdk': [
    ['holdfast-client.ts'],
    ['client.ts'],
    ['conversation-store', 'conversation-list'],
    ['outbox'],
    ['uploads', 'durable-commands'],
    ['transport'],
  ],
  'client/src/features': [
    [
      'account',
      'admin',
      'composer',
      'connection',
      'conversations',
      'export',
      'files',
      'import',
      'models',
      'planner',
      'search',
      'settings',
      'sharing',
      'thread',
      'usage',
      'voice',
    ],
  ],
  'client/src/features/thread': [['*'], ['message', 'announce', 'list', 'find'], ['tool-calls'], ['model']],
  'client/src/features/voice': [['*'], ['dictation'], ['reading'], ['service']],
  'client/src/features/planner': [['*'], ['goals', 'undo'], ['tasks'], ['parts'], ['store']],
  'client/src/markdown': [['*'], ['code'], ['document', 'parts']],
}

const why = {
  'client/src/features':
    'Features do not know each other: app/ composes them and passes what they need as props. What two of them share goes below them.',
}

const escape = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

/** A pattern for the paths of one entry. `*` means the files of the place that no other entry names. */
function entryToPattern(place, entry) {
  if (entry !== '*') return `^${escape(place)}/${escape(entry)}(?:/|$)`
  const named = floors[place].flat().filter((name) => name !== '*')
  return `^${escape(place)}/(?!(?:${named.map(escape).join('|')})$)[^/]+$`
}

/** One rule for each entry: what it may not import. */
export function floorsToRules() {
  return Object.entries(floors).flatMap(([place, list]) =>
    list.flatMap((floor, index) =>
      floor.flatMap((entry) => {
        const forbidden = [...list.slice(0, index).flat(), ...floor.filter((other) => other !== entry)]
        if (forbidden.length === 0) return []
        return {
          name: `${place}/${entry} stays on its floor`,
          comment: why[place] ?? `The floors of ${place}, from the top down: ${list.map((each) => each.join(', ')).join(' › ')}`,
          severity: 'error',
          from: { path: entryToPattern(place, entry), pathNot: tests },
          to: { path: forbidden.map((other) => entryToPattern(place, other)) },
        }
      }),
    ),
  )
}

/** Tests may reach for what they need. */
export const tests = String.raw`\.(?:test|contract)\.tsx?$|/test/`
