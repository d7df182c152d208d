/** Browser APIs that are missing or throw somewhere, each with the files that guard them. */
const guardedApis = {
  randomUUID: { files: [], why: 'exists in secure contexts only, and a home server has none: use uuidv7' },
  subtle: { files: [], why: 'exists in secure contexts only, and a home server has none' },
  clipboard: { files: ['ui/copy-text.ts'], why: 'exists in secure contexts only: use copyText' },
  serviceWorker: { files: ['offline/keep-shell.ts'], why: 'exists in secure contexts only: use keepShell' },
  locks: { files: ['lib/cross-tab-lock.ts'], why: 'exists in secure contexts only: use withCrossTabLock' },
  localStorage: { files: ['lib/device-storage.ts'], why: 'throws where storage is forbidden or full: use openDeviceStorage' },
  sessionStorage: { files: ['lib/device-storage.ts'], why: 'throws where storage is forbidden or full: use openDeviceStorage' },
  indexedDB: { files: ['lib/device-files.ts'], why: 'throws where storage is forbidden or full: use openDeviceFiles' },
  isComposing: {
    files: ['lib/is-composing.ts'],
    why: 'is false in Safari for the key that ends a composition: use isComposing(event)',
  },
}
const storages = new Set(['localStorage', 'sessionStorage', 'indexedDB'])

function findUnguarded(name, filename) {
  if (!Object.hasOwn(guardedApis, name)) return null
  const { files, why } = guardedApis[name]
  return files.some((file) => filename.endsWith(`client/src/${file}`)) ? null : `\`${name}\` ${why}.`
}

const onlyGuardedApis = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const report = (node, name) => {
      const message = findUnguarded(name, context.filename.replaceAll('\\', '/'))
      if (message !== null) context.report({ node, message })
    }
    return {
      MemberExpression: (node) => {
        if (!node.computed) report(node, node.property.name)
      },
      Identifier: (node) => {
        const isProperty = node.parent.type === 'MemberExpression' && node.parent.property === node
        if (storages.has(node.name) && !isProperty) report(node, node.name)
      },
    }
  },
}

function isFunction(node) {
  return node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression'
}

function contains(node, type) {
  if (node === null || typeof node !== 'object') return false
  if (node.type === type) return true
  return Object.entries(node).some(([key, value]) => key !== 'parent' && [value].flat().some((child) => contains(child, type)))
}

/** React runs a new callback after every render: one that selects or focuses does so after every key that is typed. */
const noEffectInRef = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    return {
      JSXAttribute(node) {
        const callback = node.name.name === 'ref' ? node.value?.expression : null
        if (isFunction(callback) && contains(callback.body, 'CallExpression')) {
          context.report({
            node,
            message: 'An inline ref callback runs after every render: keep the element in a ref, and act in an effect.',
          })
        }
      },
    }
  },
}

const typedFields = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    return {
      CallExpression(node) {
        const { callee } = node
        if (callee.type === 'MemberExpression' && !callee.computed && callee.property.name === 'fill') {
          context.report({
            node,
            message: '`fill` sets the value in one step and hides fields that cannot be typed into: use typeInto or typeDate.',
          })
        }
      },
    }
  },
}

export default {
  meta: { name: 'holdfast-page' },
  rules: { 'only-guarded-apis': onlyGuardedApis, 'no-effect-in-ref': noEffectInRef, 'typed-fields': typedFields },
}
