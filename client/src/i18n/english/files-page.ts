/** The page that lists files. */
export const filesPage = {
  'files.page.summary': '{more, select, yes {More than } other {}}{count, plural, one {# file} other {# files}} · {size}',
  'files.page.search': 'Search files by name',
  'files.page.empty': 'Files that you attach to messages are listed here.',
  'files.page.nothing': 'No matches.',
  'files.page.failed': 'The files could not be loaded',
  'files.page.delete': 'Delete',
  'files.page.delete.one': 'Delete {name}',
  'files.page.delete.title': 'Delete this file?',
  'files.page.delete.about': '“{name}” can no longer be attached. Messages that have it keep it until they are deleted.',
} as const
