import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { isBlank, maxQueryLength, type SearchConversation, type SearchItem } from '@holdfast/shared'
import { keepPreviousData } from '@tanstack/react-query'
import { ArrowRight, MessageSquare, Search } from 'lucide-react'
import { useMemo, useState, type ReactNode } from 'react'
import { useText, type Text } from '../../i18n/use-text.ts'
import { trpc } from '../../react/trpc-react.ts'
import { Highlighted } from './highlighted.tsx'
import { matchCommands, matchTitles } from './match-commands.ts'
import { useBackCloses } from '../../ui/use-back-closes.ts'
import type { PaletteCommand, PaletteImplProps } from './palette-props.ts'
import { ResultLine } from './result-line.tsx'
import { conversationPath, messagePath, searchPath } from '../../lib/routes.ts'
import { useSettled } from './use-settled.ts'

interface Entry {
  readonly value: string
  readonly label: string
  readonly content: ReactNode
  readonly run: () => void
}

interface EntryGroup {
  readonly value: string
  readonly items: readonly Entry[]
}

const settleMs = 80
const maxMessages = 8
const maxRecent = 6
/** Titles that are found without asking the server. */
const maxKnown = 50
/** Shorter queries match too much to be worth a request. */
const minLength = 2

export function PaletteImpl({ onClose, onRunAfterClose, commands, onOpen }: PaletteImplProps) {
  const text = useText()
  const [typed, setTyped] = useState('')
  /** The conversations that were known at the last key press: later arrivals must not move the entries below. */
  const [known, setKnown] = useState<readonly Pick<SearchConversation, 'id' | 'title'>[]>([])
  const query = useSettled(typed.trim(), settleMs)
  const isAsked = !isBlank(query) && (query.length >= minLength || /[^\u0000-\u024f]/u.test(query))
  const found = trpc.search.messages.useQuery(
    { query, limit: maxMessages },
    { enabled: isAsked, staleTime: 0, gcTime: 30_000, placeholderData: keepPreviousData, retry: false },
  )
  const recent = trpc.conversations.list.useQuery({ limit: maxKnown }, { staleTime: 0, enabled: typed.trim() === '' })
  const recentItems = recent.data?.items
  const results = isAsked ? found.data : undefined
  const groups = useMemo(() => {
    const go = (run: () => void) => () => {
      onClose()
      run()
    }
    const isTyped = typed.trim() !== ''
    const near = isTyped ? matchTitles(known, typed) : (recentItems ?? [])
    const shown = near.slice(0, maxRecent).map(({ id, title }) => ({ id, title, ranges: [] }))
    const shownIds = new Set(shown.map(({ id }) => id))
    const toEntry = (one: Pick<SearchConversation, 'id' | 'title' | 'ranges'>) =>
      conversationToEntry(
        one,
        go(() => onOpen(conversationPath(one.id))),
      )
    const matched = matchCommands(commands, typed)
    const all: EntryGroup[] = [
      {
        value: text(isTyped ? 'search.conversations' : 'palette.recent'),
        items: shown.map(toEntry),
      },
      {
        value: text('palette.commands'),
        items: matched.map((command) =>
          commandToEntry(command, command.takesFocus ? () => onRunAfterClose(command.run) : go(command.run)),
        ),
      },
      // Results of the server are appended below the local ones, so that the selected entry does not move.
      {
        value: text(shown.length > 0 ? 'palette.more-conversations' : 'search.conversations'),
        items: isTyped ? (results?.conversations ?? []).filter(({ id }) => !shownIds.has(id)).map(toEntry) : [],
      },
      {
        value: text('search.messages'),
        items: isTyped
          ? [
              ...(results?.items ?? []).map((item) =>
                itemToEntry(
                  item,
                  go(() => onOpen(messagePath(item.conversationId, item.messageId, query))),
                ),
              ),
              allToEntry(
                text,
                typed.trim(),
                go(() => onOpen(searchPath(new URLSearchParams({ q: typed.trim() }).toString()))),
              ),
            ]
          : [],
      },
    ]
    return all.filter(({ items }) => items.length > 0)
  }, [typed, query, results, known, recentItems, commands, text, onClose, onRunAfterClose, onOpen])
  useBackCloses(true, onClose)
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-120 data-starting-style:opacity-0" />
        <Dialog.Popup
          aria-label={text('palette')}
          data-testid="palette"
          className="fixed inset-x-0 top-0 z-40 flex max-h-[100dvh] flex-col overflow-hidden border-line bg-raised shadow-overlay transition-[opacity,translate] duration-140 ease-calm outline-none data-starting-style:-translate-y-1 data-starting-style:opacity-0 sm:top-[10dvh] sm:mx-auto sm:max-h-[min(38rem,80dvh)] sm:w-[calc(100%-2rem)] sm:max-w-2xl sm:rounded-lg sm:border"
        >
          <Autocomplete.Root
            open
            inline
            items={groups}
            value={typed}
            onValueChange={(value, details) => {
              if (details.reason === 'item-press') return
              setTyped(value)
              setKnown(recentItems ?? [])
            }}
            filter={null}
            itemToStringValue={(entry: Entry) => entry.label}
            autoHighlight="always"
            keepHighlight
          >
            <div className="flex h-13 shrink-0 items-center gap-3 border-b border-line px-4">
              <Search size={17} aria-hidden className="shrink-0 text-faint" />
              <Autocomplete.Input
                aria-label={text('palette.label')}
                placeholder={text('palette.placeholder')}
                maxLength={maxQueryLength}
                className="h-full min-w-0 flex-1 bg-transparent outline-none placeholder:text-faint"
                data-testid="palette-input"
              />
              <Dialog.Close className="rounded-sm border border-line px-1.5 py-0.5 text-xs text-faint hover:bg-hover touch:px-3 touch:py-2">
                <span className="touch:hidden">{text('palette.close')}</span>
                <span className="hidden touch:inline">{text('palette.close.touch')}</span>
              </Dialog.Close>
            </div>
            <Autocomplete.List
              className="min-h-0 flex-1 scroll-py-2 overflow-y-auto overscroll-contain p-1.5 outline-none"
              data-testid="palette-list"
            >
              {(group: EntryGroup) => (
                <Autocomplete.Group key={group.value} items={group.items} className="pb-1.5">
                  <Autocomplete.GroupLabel className="px-2.5 pt-1.5 pb-1 text-xs font-medium text-faint">
                    {group.value}
                  </Autocomplete.GroupLabel>
                  <Autocomplete.Collection>
                    {(entry: Entry) => (
                      <Autocomplete.Item
                        key={entry.value}
                        value={entry}
                        onClick={entry.run}
                        data-testid="palette-item"
                        className="flex min-h-9 cursor-pointer items-center gap-3 rounded-sm px-2.5 py-1.5 text-sm outline-none select-none data-highlighted:bg-hover touch:min-h-11"
                      >
                        {entry.content}
                      </Autocomplete.Item>
                    )}
                  </Autocomplete.Collection>
                </Autocomplete.Group>
              )}
            </Autocomplete.List>
            <p
              className={`shrink-0 border-t border-line px-4 py-2 text-xs text-faint ${found.isError && isAsked ? '' : 'touch:hidden'}`}
              role="status"
            >
              {text(found.isError && isAsked ? 'palette.offline' : 'palette.hint')}
            </p>
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function conversationToEntry(conversation: Pick<SearchConversation, 'id' | 'title' | 'ranges'>, run: () => void): Entry {
  const { id, title, ranges } = conversation
  return {
    value: `conversation ${id}`,
    label: title,
    run,
    content: (
      <>
        <MessageSquare size={15} aria-hidden className="shrink-0 text-faint" />
        <span className="truncate" dir="auto">
          <Highlighted text={title} ranges={ranges} />
        </span>
      </>
    ),
  }
}

function commandToEntry({ id, label, icon, hint }: PaletteCommand, run: () => void): Entry {
  return {
    value: `command ${id}`,
    label,
    run,
    content: (
      <>
        <span aria-hidden className="grid w-[15px] shrink-0 place-items-center text-faint">
          {icon}
        </span>
        <span className="truncate">{label}</span>
        {hint !== undefined && <kbd className="ml-auto shrink-0 font-sans text-xs text-faint">{hint}</kbd>}
      </>
    ),
  }
}

function itemToEntry(item: SearchItem, run: () => void): Entry {
  return {
    value: `message ${item.messageId}`,
    label: item.snippet.text,
    run,
    content: (
      <span className="min-w-0 flex-1">
        <ResultLine item={item} isShort />
      </span>
    ),
  }
}

function allToEntry(text: Text, query: string, run: () => void): Entry {
  const label = text('palette.search-all', { query })
  return {
    value: 'search all',
    label,
    run,
    content: (
      <>
        <ArrowRight size={15} aria-hidden className="shrink-0 text-faint" />
        <span className="truncate">{label}</span>
      </>
    ),
  }
}
