/** Announcements of a screen reader about an answer. */
export const announcements = {
  'announce.started': 'Answer started',
  'announce.progress': 'Still writing, {count, plural, one {# word} other {# words}} so far',
  'announce.completed':
    'Answer complete{count, plural, =0 {} one {, # word} other {, # words}}{files, plural, =0 {} one {, # file} other {, # files}}',
  'announce.whole': 'Answer complete. {words}',
  'announce.stopped': 'Answer stopped',
  'announce.failed': 'The answer ended early. Everything so far is saved.',
  'announce.approval': 'Approval needed: {question}',
  'announce.tool.done': '{what}: done',
  'announce.tool.failed': '{what}: failed',
  'announce.tool.unknown': '{what}: outcome unknown',
} as const
