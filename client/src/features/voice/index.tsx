import { lazyPart } from '../../ui/lazy-part.tsx'
import type { DictationPartProps } from './dictation-part.tsx'
import type { ReadAloudPartProps } from './read-aloud-part.tsx'

export const Dictation = lazyPart<DictationPartProps>(
  () => import('./dictation-part.tsx').then((module) => module.DictationPart),
  {
    // The buttons beside it stay where they are.
    waiting: () => <span className="size-8 shrink-0 touch:size-11" />,
  },
)

export const ReadAloud = lazyPart<ReadAloudPartProps>(
  () => import('./read-aloud-part.tsx').then((module) => module.ReadAloudPart),
  {
    close: ({ onClose }) => onClose,
  },
)
