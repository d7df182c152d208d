/** Reactions to messages. */
export const reactions = {
  'reaction.up': 'Good',
  'reaction.down': 'Not good',
  'reaction.star': 'Star',
  'reaction.emoji': 'Reaction {emoji}',
} as const
