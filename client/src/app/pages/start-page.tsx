import { RecentConversations } from '../../features/conversations/index.ts'
import { useText } from '../../i18n/use-text.ts'
import { Logo } from '../../ui/logo.tsx'

const suggestions = [
  'start.suggestion.compare',
  'start.suggestion.explain',
  'start.suggestion.draft',
  'start.suggestion.plan',
] as const
/** Requests that the demo model understands. */
const demoSuggestions = [
  'start.suggestion.demo.table',
  'start.suggestion.demo.long',
  'start.suggestion.demo.task',
  'start.suggestion.demo.close',
] as const

/** The page before the first question. */
export function StartPage({ isDemo, onSuggest }: { readonly isDemo: boolean; readonly onSuggest: (content: string) => void }) {
  const text = useText()
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center overflow-y-auto px-5 pb-8 max-md:pt-[max(1rem,10dvh)] short:pt-2 md:justify-center md:pb-4">
      <div className="flex w-full max-w-[46rem] flex-col items-center gap-5 text-center">
        <Logo size={44} className="text-accent" />
        <div>
          <h1 className="text-[1.6rem] leading-tight font-medium tracking-tight">{text('start.title')}</h1>
          <p className="mt-2 text-balance text-soft">{text('start.about')}</p>
        </div>
        <ul className="mt-2 flex max-w-xl flex-wrap justify-center gap-2">
          {(isDemo ? demoSuggestions : suggestions).map((id) => (
            <li key={id}>
              <button
                type="button"
                className="rounded-full border border-line px-3.5 py-1.5 text-sm text-soft transition-colors duration-150 hover:border-line-strong hover:bg-hover hover:text-ink touch:min-h-11"
                onClick={() => onSuggest(text(id))}
              >
                {text(id)}
              </button>
            </li>
          ))}
        </ul>
        {/* Beside it is the list of all. It comes last, and everything is measured from the top: what is above it stays in place. */}
        <div className="mt-2 w-full max-w-md md:hidden">
          <RecentConversations />
        </div>
      </div>
    </div>
  )
}
