import { X } from 'lucide-react'
import { useState } from 'react'
import { useText } from '../../i18n/use-text.ts'
import { bindings, changeChords, chordsOf } from '../../shortcuts/bindings.ts'
import { characterKeys } from '../../shortcuts/character-keys.ts'
import { chordToText } from '../../shortcuts/chord-to-keys.ts'
import type { KeyPress } from '../../shortcuts/event-to-shortcut.ts'
import { isPressed } from '../../shortcuts/event-to-shortcut.ts'
import { findHolder, findProblem, keyPressToChord, type ChordProblem } from '../../shortcuts/key-press-to-chord.ts'
import { isMac } from '../../shortcuts/platform.ts'
import { shortcutList, type Chord, type Shortcut, type ShortcutId } from '../../shortcuts/shortcut-list.ts'
import { Button } from '../../ui/button.tsx'
import { KeyCaps } from './key-caps.tsx'
import { useKeyRecorder } from './use-key-recorder.ts'

export interface ShortcutEditorProps {
  readonly id: ShortcutId
  readonly label: string
  readonly chords: readonly Chord[]
  readonly onDone: () => void
}

/** Pressed keys that were not accepted directly. */
type Pressed =
  | { readonly chord: Chord; readonly problem: ChordProblem }
  | { readonly chord: Chord; readonly holder: ShortcutId; readonly event: KeyPress }

/** Removes keys from a shortcut, and records new ones. */
export function ShortcutEditor({ id, label, chords, onDone }: ShortcutEditorProps) {
  const text = useText()
  const [pressed, setPressed] = useState<Pressed | null>(null)
  const isChanged = bindings.get()[id] !== undefined
  const add = (chord: Chord) => {
    setPressed(null)
    changeChords(id, [...chordsOf(id), chord])
  }
  const recorder = useKeyRecorder((event) => {
    const chord = keyPressToChord(event, isMac)
    if (!chord) return false
    const problem = findProblem(event, chord, { isMac, allowsCharacterKeys: characterKeys.get() })
    const holder = findHolder(event, id, isMac, bindings.get())
    if (problem !== null) setPressed({ chord, problem })
    else if (holder !== null) setPressed({ chord, holder, event })
    else if (!chordsOf(id).some((own) => isPressed(own, event, isMac))) add(chord)
    return true
  })
  return (
    <div
      role="group"
      aria-label={text('shortcuts.keys-of', { what: label })}
      className="mt-2 mb-1 space-y-2 rounded-md bg-sunken p-2.5"
      data-testid="shortcut-editor"
    >
      <div className="flex flex-wrap items-center gap-2">
        {chords.map((chord) => (
          <span key={JSON.stringify(chord)} className="flex items-center gap-0.5">
            <KeyCaps chord={chord} />
            <button
              type="button"
              aria-label={text('shortcuts.remove', { keys: chordToText(chord, isMac) })}
              title={text('shortcuts.remove', { keys: chordToText(chord, isMac) })}
              onClick={() => {
                setPressed(null)
                changeChords(
                  id,
                  chords.filter((other) => other !== chord),
                )
              }}
              className="grid size-6 place-items-center rounded-sm text-faint hover:bg-hover hover:text-ink touch:size-11"
            >
              <X size={12} aria-hidden />
            </button>
          </span>
        ))}
        <Button
          size="small"
          tone={recorder.isRecording ? 'accent' : 'plain'}
          onClick={() => {
            setPressed(null)
            recorder.start()
          }}
          onBlur={recorder.stop}
          data-testid="record-keys"
        >
          {text(recorder.isRecording ? 'shortcuts.recording' : 'shortcuts.record')}
        </Button>
        <span className="ml-auto flex gap-2">
          {isChanged && (
            <Button
              size="small"
              tone="quiet"
              onClick={() => {
                setPressed(null)
                changeChords(id, null)
              }}
              data-testid="reset-keys"
            >
              {text('shortcuts.reset')}
            </Button>
          )}
          <Button size="small" tone="quiet" onClick={onDone}>
            {text('shortcuts.done')}
          </Button>
        </span>
      </div>
      <div role="status" className="text-xs text-soft">
        {recorder.isRecording && <p>{text('shortcuts.recording.about')}</p>}
        {pressed && 'problem' in pressed && (
          <p className="text-warm-ink">
            {text(`shortcuts.problem.${pressed.problem}`, { keys: chordToText(pressed.chord, isMac) })}
          </p>
        )}
        {pressed && 'holder' in pressed && (
          <Conflict
            pressed={pressed}
            onTake={() => {
              takeFrom(pressed.holder, pressed.event)
              add(pressed.chord)
            }}
          />
        )}
      </div>
    </div>
  )
}

function Conflict({
  pressed,
  onTake,
}: {
  readonly pressed: { readonly chord: Chord; readonly holder: ShortcutId }
  readonly onTake: () => void
}) {
  const text = useText()
  const holder: Shortcut = shortcutList[pressed.holder]
  const values = { keys: chordToText(pressed.chord, isMac), what: text(holder.label) }
  return (
    <div className="flex flex-wrap items-center gap-2" data-testid="shortcut-conflict">
      <p className="text-warm-ink">{text('shortcuts.conflict', values)}</p>
      {!holder.isListedOnly && (
        <Button size="small" onClick={onTake}>
          {text('shortcuts.reassign')}
        </Button>
      )}
    </div>
  )
}

function takeFrom(holder: ShortcutId, event: KeyPress): void {
  changeChords(
    holder,
    chordsOf(holder).filter((chord) => !isPressed(chord, event, isMac)),
  )
}
