const message =
  'Inside a transaction use only `tx`: on PGlite there is one connection, and anything else would wait forever for the transaction to end.'

/** The function that runs inside a transaction, when this call starts one: `transact(deps, work)` or `x.transaction(work)`. */
function callToWork(call) {
  const { callee } = call
  const name = callee.type === 'MemberExpression' ? callee.property.name : callee.name
  if (name !== 'transact' && name !== 'transaction') return null
  return call.arguments.find(isFunction) ?? null
}

function isFunction(node) {
  return node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression'
}

/** The innermost function around a node that says when it runs: inside a transaction, or (`afterCommit`) after one. */
function runsInTransaction(node) {
  for (let current = node; current.parent; current = current.parent) {
    const call = current.parent
    if (!isFunction(current) || call.type !== 'CallExpression') continue
    if (callToWork(call) === current) return true
    const name = call.callee.type === 'MemberExpression' ? call.callee.property.name : call.callee.name
    if (name === 'afterCommit') return false
  }
  return false
}

const onlyTx = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    return {
      MemberExpression(node) {
        const isQueries =
          (node.property.name === 'queries' && !node.computed) ||
          (node.object.type === 'Identifier' && node.object.name === 'queries')
        if (isQueries && runsInTransaction(node)) context.report({ node, message })
      },
    }
  },
}

export default { meta: { name: 'holdfast' }, rules: { 'only-tx-in-transaction': onlyTx } }
