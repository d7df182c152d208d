import type { Message } from '@holdfast/shared'
import { Clock, Ellipsis, FileText, GitFork, Link2, RefreshCw, SmilePlus, Trash2, Undo2 } from 'lucide-react'
import { use, useEffect, useRef, useState, type Ref } from 'react'
import { useText } from '../../../i18n/use-text.ts'
import { Menu } from '../../../ui/menu.tsx'
import type { MenuItem } from '../../../ui/menu-props.ts'
import { Picker } from '../../../ui/picker.tsx'
import { lazyPart } from '../../../ui/lazy-part.tsx'
import { changesPlans } from '../model/changes-plans.ts'
import { ModelChoicesContext } from '../model/model-choices.ts'
import type { ThreadActions } from '../model/thread-actions.ts'

export interface MessageMenuProps {
  readonly message: Message
  readonly actions: ThreadActions
  readonly triggerRef?: Ref<HTMLButtonElement>
  /** The user wants to give a reaction. */
  readonly onReact: () => void
}

const AnswerDetails = lazyPart(() => import('./answer-details.tsx').then((module) => module.AnswerDetails), {
  close: ({ onClose }) => onClose,
})

const triggerClass =
  'grid size-7 shrink-0 place-items-center rounded-sm text-faint transition-colors duration-150 hover:bg-hover hover:text-ink touch:size-11'

/** The less common actions for a message. */
export function MessageMenu({ message, actions, triggerRef, onReact }: MessageMenuProps) {
  const text = useText()
  const { id, role, content } = message
  const models = use(ModelChoicesContext)
  const [isChoosing, setChoosing] = useState(false)
  const [hasDetails, setDetails] = useState(false)
  const own = useRef<HTMLButtonElement>(null)
  const hasChosen = useRef(false)
  useEffect(() => {
    if (!isChoosing && hasChosen.current) own.current?.focus()
    hasChosen.current = isChoosing
  }, [isChoosing])
  if (isChoosing) {
    return (
      <Picker
        label={text('message.regenerate-with')}
        items={models}
        value={message.model}
        onValue={(model) => actions.regenerate(id, model)}
        isOpenAtFirst
        onClosed={() => setChoosing(false)}
        className={triggerClass}
        testId="regenerate-with"
      >
        <span className="sr-only">{text('message.regenerate-with')}</span>
        <RefreshCw size={14} aria-hidden />
      </Picker>
    )
  }
  const items: (MenuItem | false)[] = [
    { label: text('message.react'), icon: <SmilePlus size={14} />, takesFocus: true, onSelect: onReact },
    content !== '' && {
      label: text('message.copy-plain'),
      icon: <FileText size={14} />,
      onSelect: () => actions.copyPlain(message),
    },
    { label: text('message.copy-link'), icon: <Link2 size={14} />, onSelect: () => actions.copyLink(id) },
    { label: text('message.fork'), icon: <GitFork size={14} />, onSelect: () => actions.fork(id) },
    role === 'assistant' &&
      models.length > 1 && {
        label: text('message.regenerate-with'),
        icon: <RefreshCw size={14} />,
        takesFocus: true,
        onSelect: () => setChoosing(true),
      },
    changesPlans(message.parts) && {
      label: text('message.undo-plans'),
      icon: <Undo2 size={14} />,
      takesFocus: true,
      onSelect: () => actions.undoPlans(id),
    },
    role === 'assistant' && {
      label: text('message.details'),
      icon: <Clock size={14} />,
      takesFocus: true,
      onSelect: () => setDetails(true),
    },
    { label: text('message.delete'), icon: <Trash2 size={14} />, tone: 'danger', onSelect: () => actions.remove(id) },
  ]
  return (
    <>
      <Menu
        label={text('message.more')}
        icon={<Ellipsis size={15} aria-hidden />}
        triggerRef={triggerRef ?? own}
        className={triggerClass}
        items={items.filter((item) => item !== false)}
      />
      {hasDetails && <AnswerDetails messageId={id} onClose={() => setDetails(false)} />}
    </>
  )
}
