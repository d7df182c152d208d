/**
 * What is published differs from what is installed here. The page's libraries are dependencies of the client, so that `npm start` can install
 * what builds the page without the tools of the tests; people who install the published package build no page, and get only what it imports.
 * They get it in a range, so that a program that uses the same libraries has them once.
 */
function beforePacking({ publishedDependencies, devDependencies: _, ...manifest }) {
  const packed = { ...manifest, ...repositoryOf(manifest) }
  if (!publishedDependencies) return packed
  const dependencies = Object.fromEntries(publishedDependencies.map((name) => [name, toRange(name, manifest.dependencies[name])]))
  // Of the client, the page alone has side effects.
  return { ...packed, dependencies, sideEffects: false }
}

/** Our own packages are published together. */
function toRange(name, version) {
  return name.startsWith('@holdfast/') ? version : `^${version}`
}

/** A provenance names the repository in which a package was built, and the registry compares it with the manifest. */
function repositoryOf({ name }) {
  // oxlint-disable-next-line node/no-process-env -- a workflow says so in no other way
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = process.env
  if (!server || !repository) return {}
  return { repository: { type: 'git', url: `git+${server}/${repository}.git`, directory: name.replace('@holdfast/', '') } }
}

module.exports = { hooks: { beforePacking } }
