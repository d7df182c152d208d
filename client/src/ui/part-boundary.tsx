import { Component, type ReactNode } from 'react'

export interface PartBoundaryProps {
  readonly children: ReactNode
  /** Stands in for what broke. */
  readonly fallback: (tryAgain: () => void) => ReactNode
}

/** What breaks inside does not take the rest of the page along. */
export class PartBoundary extends Component<PartBoundaryProps, { readonly hasFailed: boolean }> {
  override readonly state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children
    return this.props.fallback(() => this.setState({ hasFailed: false }))
  }
}
