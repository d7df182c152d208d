/** The import of other programs' exports. */
export const importing = {
  import: 'Import',
  'import.about': 'An export of ChatGPT, Claude, Open WebUI, LibreChat, LobeChat or Holdfast: a zip or JSON file.',
  'import.choose': 'Choose a file',
  'import.uploading': 'Uploading {name}: {percent} %',
  'import.examining': 'Uploaded. Looking at {name}…',
  'import.start.failed': '{name} cannot be imported: {why}',
  'import.cancel': 'Cancel',
  'import.cancel.of': 'Cancel the import of {name}',
  'import.progress': 'Progress of {name}',
  'import.progress.of': '{done} of {total} conversations',
  'import.state.queued': 'Queued',
  'import.state.running': 'Running',
  'import.state.done': 'Done',
  'import.state.failed': 'Stopped by an error',
  'import.state.cancelled': 'Cancelled',
  'import.result':
    '{conversations} new conversations, {messages} messages, {plans} planner items; {skipped} without anything new.',
  'import.problems': 'Not taken over: {count}',
} as const
