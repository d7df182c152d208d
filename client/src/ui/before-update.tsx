import { Component } from 'react'

export interface BeforeUpdateProps<Snapshot> {
  /** Called after rendering and before the page is changed. */
  readonly read: () => Snapshot
  /** Called with what was read once the page has been changed, before it is painted. */
  readonly after: (snapshot: Snapshot) => void
}

/**
 * Reads something from the page right before each update of the component that renders it changes the page. A class, because there is
 * no hook for `getSnapshotBeforeUpdate`.
 */
export class BeforeUpdate<Snapshot> extends Component<BeforeUpdateProps<Snapshot>> {
  override getSnapshotBeforeUpdate(): Snapshot {
    return this.props.read()
  }

  override componentDidUpdate(_props: unknown, _state: unknown, snapshot: Snapshot): void {
    this.props.after(snapshot)
  }

  override render() {
    return null
  }
}
