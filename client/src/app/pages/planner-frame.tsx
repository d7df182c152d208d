import { PlannerPanel } from '../../features/planner/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Sheet } from '../../ui/sheet.tsx'
import { useAskInComposer } from '../chrome/ask-in-composer.ts'
import { useShell } from '../chrome/shell-context.tsx'

/** Beside the thread where there is room, else a sheet over it. */
export function PlannerFrame() {
  const text = useText()
  const { planner: panel } = useShell()
  const onAsk = useAskInComposer()
  const contents = <PlannerPanel shown={panel.shown} onAsk={onAsk} onClose={panel.close} onFollow={panel.closeSheet} />
  if (!panel.isWide) {
    return (
      <Sheet label={text('planner')} isOpen={panel.isOpen} onClose={panel.close} testId="planner-sheet">
        {contents}
      </Sheet>
    )
  }
  if (!panel.isOpen) return null
  return (
    <aside className="w-92 shrink-0 border-l border-line bg-sunken" aria-label={text('planner')}>
      {contents}
    </aside>
  )
}
