/** The query of the list of all files. */
export const filesKey = ['files', 'list']
