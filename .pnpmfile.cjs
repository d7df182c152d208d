/**
 * The page's libraries are dependencies of the client, so that `npm start` can install what builds the page without the tools of the tests.
 * People who install the published package build no page: they get only what it imports.
 */
function beforePacking({ publishedDependencies, ...manifest }) {
  if (!publishedDependencies) return manifest
  const dependencies = Object.fromEntries(publishedDependencies.map((name) => [name, manifest.dependencies[name]]))
  return { ...manifest, dependencies }
}

module.exports = { hooks: { beforePacking } }
