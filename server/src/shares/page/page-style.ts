import { createHash } from 'node:crypto'

/** The style of the page of a shared conversation, which is a part of it: the page loads nothing. Its colours are those of client/src/styles.css. */
export const pageStyle = `
:root{color-scheme:light dark;--paper:light-dark(oklch(0.984 0.005 95),oklch(0.212 0.011 215));--raised:light-dark(oklch(0.955 0.009 140),oklch(0.258 0.014 200));--line:light-dark(oklch(0.895 0.009 130),oklch(0.305 0.013 210));--ink:light-dark(oklch(0.235 0.014 205),oklch(0.925 0.006 170));--soft:light-dark(oklch(0.42 0.014 205),oklch(0.775 0.01 190));--accent:light-dark(oklch(0.43 0.09 165),oklch(0.78 0.12 165))}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:16px/1.6 "Geist Variable",system-ui,sans-serif;text-size-adjust:100%}
body{margin:0 auto;max-width:46rem;padding:1.5rem 1rem 4rem;overflow-wrap:anywhere}
header{border-bottom:1px solid var(--line);margin-bottom:1.5rem;padding-bottom:1rem}
h1{font-size:1.5rem;line-height:1.3;margin:0 0 .25rem}
header p,footer,.status{color:var(--soft);font-size:.875rem;margin:.25rem 0}
a{color:var(--accent);text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
article{margin:0 0 1.5rem}
article h2{color:var(--soft);font-size:.8125rem;font-weight:600;margin:0 0 .25rem}
.user>.body,.remark{background:var(--raised);border-radius:.75rem;padding:.25rem 1rem}
.body h3,.body h4,.body h5,.body h6{font-size:1rem;font-weight:600;line-height:1.35;margin:1.25rem 0 .5rem}
.body h3{font-size:1.25rem}.body h4{font-size:1.125rem}
p,ul,ol,blockquote,table,pre,details,figure{margin:.75rem 0}
blockquote{border-left:3px solid var(--line);color:var(--soft);margin-left:0;padding-left:1rem}
pre,code{font-family:"JetBrains Mono Variable",ui-monospace,monospace;font-size:.875em}
pre{background:var(--raised);border:1px solid var(--line);border-radius:.5rem;overflow-x:auto;padding:.75rem 1rem}
pre.plain{background:none;border:0;font:inherit;padding:0;white-space:pre-wrap}
table{border-collapse:collapse;display:block;overflow-x:auto}
th,td{border:1px solid var(--line);padding:.375rem .75rem;text-align:start}
img{border-radius:.5rem;height:auto;max-width:100%}
figure{margin-inline:0}
details{border:1px solid var(--line);border-radius:.5rem;padding:0 1rem}
summary{color:var(--soft);cursor:pointer;font-size:.875rem;min-height:2.75rem;padding:.6rem 0}
.button{border:1px solid var(--line);border-radius:.5rem;color:var(--ink);display:inline-block;font-size:.875rem;line-height:1.5rem;min-height:2.75rem;padding:.6rem 1rem;text-decoration:none}
.button:hover{background:var(--raised)}
@media print{.button{display:none}}
`

/** For `style-src`: this style and no other. */
export const pageStyleSource = `'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`
