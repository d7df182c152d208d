export type ExportFormat = 'markdown' | 'json' | 'text'
