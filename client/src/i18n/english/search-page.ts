/** The page that searches all conversations. */
export const searchPage = {
  'search.placeholder': 'Words, “exact phrase”, -excluded',
  'search.about':
    'Searches every message by you and the assistant, on every branch, with its files. All words must occur; the last one may be incomplete. Put an exact phrase in quotes, and a minus before a word to exclude it.',
  'search.clear': 'Clear',
  'search.filters': 'Filters',
  'search.filters.clear': 'Clear filters',
  'search.role': 'Written by',
  'search.role.any': 'Anyone',
  'search.role.user': 'You',
  'search.role.assistant': 'Assistant',
  'search.model': 'Model',
  'search.model.any': 'Any model',
  'search.tools': 'Tools',
  'search.tools.any': 'Any tools',
  'search.tools.yes': 'With tool calls',
  'search.from': 'From',
  'search.to': 'To',
  'search.count': '{more, select, yes {More than } other {}}{count, plural, one {# result} other {# results}}',
  'search.nothing': 'No results. Try fewer or shorter words.',
  'search.nothing.filtered': 'No results with these filters.',
  'search.failed': 'The search failed. Nothing was lost.',
} as const
