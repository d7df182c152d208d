/** The export of one conversation and of everything. */
export const exporting = {
  export: 'Export',
  'export.markdown': 'Markdown',
  'export.json': 'JSON, all branches',
  'export.text': 'Plain text',
  'export.print': 'Print or save as PDF',
  'export.tool': 'Tool',
  'export.date': 'Exported on {when}.',
  'export.failed': 'The file could not be created. Nothing was lost.',
  'export.everything': 'Export everything',
  'export.everything.about':
    'One file with all your conversations, including every branch and the files in them, and your planner. Conversations in the trash are left out.',
  'export.everything.running': '{count, plural, one {# conversation} other {# conversations}} so far…',
  'export.everything.done':
    'The file is in your downloads.{missing, plural, =0 {} one { # file could not be added to it.} other { # files could not be added to it.}}',
} as const
