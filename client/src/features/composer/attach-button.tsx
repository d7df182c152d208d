import { Camera, Paperclip } from 'lucide-react'
import { useRef, type ChangeEvent, type RefObject } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { shortcutAria, shortcutHint } from '../../shortcuts/hint.ts'
import { hasTouchKeyboard } from '../../ui/has-touch-keyboard.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { Menu } from '../../ui/menu.tsx'

export interface AttachButtonProps {
  readonly onFiles: (files: readonly File[]) => void
  /** The field that opens the browser's dialog, for a shortcut. */
  readonly inputRef: RefObject<HTMLInputElement | null>
}

const buttonClass =
  'grid size-8 shrink-0 place-items-center rounded-sm text-faint transition-colors duration-150 hover:bg-hover hover:text-ink touch:size-11'

/** Attaches files. On a phone it asks whether from the device or from the camera. */
export function AttachButton({ onFiles, inputRef }: AttachButtonProps) {
  const text = useText()
  const camera = useRef<HTMLInputElement>(null)
  const field = {
    type: 'file',
    className: 'hidden',
    tabIndex: -1,
    'aria-hidden': true,
    onChange: (event: ChangeEvent<HTMLInputElement>) => {
      const files = [...(event.target.files ?? [])]
      // The same file can be chosen again.
      event.target.value = ''
      if (files.length > 0) onFiles(files)
    },
  } as const
  return (
    <>
      <input {...field} ref={inputRef} multiple data-testid="file-input" />
      {hasTouchKeyboard() ? (
        <>
          <input {...field} ref={camera} accept="image/*" capture="environment" data-testid="camera-input" />
          <Menu
            label={text('files.attach')}
            icon={<Paperclip size={16} aria-hidden />}
            align="start"
            className={buttonClass}
            items={[
              {
                label: text('files.attach.choose'),
                icon: <Paperclip size={14} />,
                onSelect: () => inputRef.current?.click(),
              },
              { label: text('files.attach.camera'), icon: <Camera size={14} />, onSelect: () => camera.current?.click() },
            ]}
          />
        </>
      ) : (
        <IconButton
          label={text('files.attach')}
          hint={shortcutHint('attachFiles')}
          aria-keyshortcuts={shortcutAria('attachFiles')}
          onClick={() => inputRef.current?.click()}
          className="size-8"
          data-testid="attach"
        >
          <Paperclip size={16} aria-hidden />
        </IconButton>
      )}
    </>
  )
}
