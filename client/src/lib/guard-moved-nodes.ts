/**
 * Page translators wrap text nodes into elements of their own. React, which still looks for a node below its old parent, would then throw
 * a NotFoundError and lose the part of the page. This makes removing and inserting work with the wrapped node instead.
 */
export function guardMovedNodes(prototype: Node = Node.prototype): void {
  const { removeChild, insertBefore } = prototype
  prototype.removeChild = function guardedRemove<Child extends Node>(this: Node, child: Child): Child {
    if (child.parentNode === this) return removeChild.call(this, child) as Child
    const wrapper = findChild(this, child)
    if (wrapper) removeChild.call(this, wrapper)
    return child
  }
  prototype.insertBefore = function guardedInsert<Child extends Node>(this: Node, child: Child, before: Node | null): Child {
    const place = before === null || before.parentNode === this ? before : findChild(this, before)
    return insertBefore.call(this, child, place) as Child
  }
}

/** The child of this parent in which a node is; null if it is elsewhere. */
function findChild(parent: Node, node: Node): Node | null {
  for (let at: Node | null = node; at; at = at.parentNode) if (at.parentNode === parent) return at
  return null
}
