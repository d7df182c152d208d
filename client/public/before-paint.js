// Runs before anything is painted. A file of its own, because the page's policy allows no script inside the HTML.
;(function () {
  // The server's path, and the names on the device that belong to it: see src/lib/base-path.ts.
  var place = document.querySelector('meta[name="holdfast-base-path"]')
  var basePath = place ? place.content : ''
  var prefix = basePath && basePath + ':'
  var chosen = null
  var size = null
  try {
    chosen = localStorage.getItem(prefix + 'holdfast.theme')
    size = localStorage.getItem(prefix + 'holdfast.text-size')
  } catch (error) {
    // Storage is forbidden: the system's theme it is.
    void error
  }
  var isDark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
  if (size) document.documentElement.dataset.textSize = size
  var meta = document.querySelector('meta[name="theme-color"]')
  if (meta && isDark) meta.setAttribute('content', '#14191c')

  // A conversation needs more than the other pages: it is fetched beside what they all need.
  var parts = document.querySelector('meta[name="holdfast-conversation-parts"]')
  if (!parts || !location.pathname.startsWith(basePath + '/c/')) return
  parts.content.split(' ').forEach(function (address) {
    var link = document.createElement('link')
    link.rel = 'modulepreload'
    link.crossOrigin = ''
    link.href = basePath + address
    document.head.append(link)
  })
})()
