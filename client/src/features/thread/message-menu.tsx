import type { Message } from '@holdfast/shared'
import { Ellipsis, FileText, GitFork, Link2, RefreshCw, Trash2 } from 'lucide-react'
import { use } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { Menu, type MenuItem } from '../../ui/menu.tsx'
import { ModelChoicesContext } from './model-choices.ts'
import type { ThreadActions } from './thread-actions.ts'

/** What is done less often with a message. */
export function MessageMenu({ message, actions }: { readonly message: Message; readonly actions: ThreadActions }) {
  const text = useText()
  const { id, role, content } = message
  const models = use(ModelChoicesContext)
  const items: (MenuItem | false)[] = [
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
        items: models.map((model) => ({ label: model.label, onSelect: () => actions.regenerate(id, model.id) })),
      },
    { label: text('message.delete'), icon: <Trash2 size={14} />, tone: 'danger', onSelect: () => actions.remove(id) },
  ]
  return (
    <Menu
      label={text('message.more')}
      icon={<Ellipsis size={15} aria-hidden />}
      className="message-menu grid size-7 shrink-0 place-items-center rounded-sm text-faint transition-colors duration-150 hover:bg-hover hover:text-ink touch:size-11"
      items={items.filter((item) => item !== false)}
    />
  )
}
