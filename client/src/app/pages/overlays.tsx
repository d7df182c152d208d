import { useCallback } from 'react'
import { useLocation } from 'wouter'
import { AccountSettings } from '../../features/account/index.ts'
import { DataSettings } from '../../features/export/index.ts'
import { ImportSettings, ImportStarter } from '../../features/import/index.ts'
import { Palette } from '../../features/search/index.ts'
import { SettingsDialog, ShortcutsDialog } from '../../features/settings/index.ts'
import { Sharing } from '../../features/sharing/index.ts'
import { useStore } from '../../lib/use-store.ts'
import { useClient } from '../../react/client-context.tsx'
import { AddModelDialog } from '../../providers/index.ts'
import { trpc } from '../../react/trpc-react.ts'
import { addingModel } from '../chrome/adding-model.ts'
import { useCommands } from '../chrome/commands.tsx'
import { useAccount, useSession } from '../chrome/session-context.tsx'
import { sharedConversation } from '../chrome/shared-conversation.ts'
import { useShell } from '../chrome/shell-context.tsx'
import { useModels } from '../chrome/use-models.ts'
import { readBranch } from '../memory/branch-memory.ts'

/** The dialogs that can open over any page: the palette, the list of shortcuts and the settings. */
export function Overlays() {
  const session = useSession()
  const { user } = useAccount()
  const info = trpc.system.info.useQuery()
  const models = useModels()
  const commands = useCommands()
  const [, navigate] = useLocation()
  const isImporting = useStore(useClient().uploads).some(({ purpose }) => purpose === 'import')
  const { section, setSection, isHelpOpen, setHelpOpen, isPaletteOpen, setPaletteOpen } = useShell()
  const isAddingModel = useStore(addingModel)
  const sharedId = useStore(sharedConversation)
  const closePalette = useCallback(() => setPaletteOpen(false), [setPaletteOpen])
  return (
    <>
      {isImporting && <ImportStarter />}
      <Palette isOpen={isPaletteOpen} onClose={closePalette} commands={commands} onOpen={navigate} />
      {isAddingModel && <AddModelDialog onClose={() => addingModel.set(false)} />}
      {sharedId !== null && (
        <Sharing
          dialog={{ conversationId: sharedId, leafId: readBranch(sharedId).leafId, onClose: () => sharedConversation.set(null) }}
        />
      )}
      {isHelpOpen && <ShortcutsDialog isOpen onClose={() => setHelpOpen(false)} />}
      {section !== null && (
        <SettingsDialog
          section={section}
          onSection={setSection}
          version={info.data?.version ?? null}
          isAdmin={user?.role === 'admin'}
          account={
            <AccountSettings
              user={user}
              onSessionChange={(change) => {
                session.sessionChanged(change)
                setSection(null)
                void info.refetch()
              }}
            />
          }
          models={{ models: models.items, warning: models.warning, mayAdd: models.mayAdd }}
          data={
            <div className="space-y-8">
              <DataSettings />
              <ImportSettings />
            </div>
          }
        />
      )}
    </>
  )
}
