/** The export of one conversation. */
export const exporting = {
  export: 'Export',
  'export.markdown': 'Markdown',
  'export.json': 'JSON, all branches',
  'export.text': 'Plain text',
  'export.print': 'Print or save as PDF',
  'export.tool': 'Tool',
  'export.date': 'Exported on {when}.',
  'export.failed': 'The file could not be created. Nothing was lost.',
} as const
