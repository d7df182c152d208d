/** The export of all that somebody has. */
export const exportEverything = {
  'export.everything': 'Export everything',
  'export.everything.about':
    'One file with all your conversations, including every branch and the files in them, and your planner. Conversations in the trash are left out.',
  'export.everything.running': '{count, plural, one {# conversation} other {# conversations}} so far…',
  'export.everything.done':
    'The file is in your downloads.{missing, plural, =0 {} one { # file could not be added to it.} other { # files could not be added to it.}}',
} as const
