/** The question before a doubtful link of an answer is opened. */
export const links = {
  'link.title': 'Open this link?',
  'link.other-address': 'The text of the link shows another address. It leads to {host}:',
  'link.carries-text': 'The link sends a long text to {host}. It may hold parts of this conversation:',
  'link.open': 'Open link',
} as const
