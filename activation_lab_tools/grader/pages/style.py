"""The one style sheet of all pages."""

# In both themes every text color has a contrast of at least 4.5 with its background, and every bar one of 3.
STYLE = """
:root { color-scheme: light dark; --page: #ffffff; --text: #1b1b1b; --quiet: #595959; --line: #c9c9c9; --box: #f4f4f4;
  --link: #0b5cad; --passed: #00704f; --failed: #b03a00; --waiting: #6b6b6b; --bar: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --page: #181818; --text: #ececec; --quiet: #b0b0b0; --line: #555555;
  --box: #262626; --link: #8cc4ff; --passed: #35c796; --failed: #ff9257; --waiting: #a3a3a3; --bar: #56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 62rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.3rem; margin: 2.2rem 0 .4rem; }
h3 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
a { color: var(--link); } p, ul { margin: .4rem 0; } li { margin: .2rem 0; }
.quiet { color: var(--quiet); } .passed { color: var(--passed); } .failed { color: var(--failed); }
.waiting { color: var(--waiting); }
.total { font-size: 1.25rem; font-weight: 600; }
.warning { border: 2px solid var(--failed); padding: .5rem 1rem; }
section.mark { border-left: 5px solid; padding-left: 1rem; margin: 1.2rem 0; }
section.mark h2, section.mark h3 { margin-top: 0; } section.mark > * { color: var(--text); }
section.mark .passed { color: var(--passed); } section.mark .failed { color: var(--failed); }
section.mark .waiting { color: var(--waiting); }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; margin: .5rem 0; }
caption { text-align: left; color: var(--quiet); }
th, td { text-align: left; vertical-align: top; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: normal; }
th { vertical-align: bottom; } th button { color: var(--link); background: none; border: 0; padding: 0;
  text-align: inherit; cursor: pointer; } th[aria-sort=ascending] button::after { content: " ▲"; }
th[aria-sort=descending] button::after { content: " ▼"; }
table.students th:first-child, table.students td:first-child { position: sticky; left: 0; background: var(--page);
  min-width: min(35vw, 14rem); max-width: 14rem; }
table.students th, table.students td { min-width: 5.4em; max-width: 8.5rem; white-space: normal;
  overflow-wrap: anywhere; }
.tools { display: flex; flex-wrap: wrap; align-items: baseline; gap: .3rem 1rem; } .tools[hidden] { display: none; }
input, button, textarea { font: inherit; }
table small { display: block; color: var(--quiet); font-weight: normal; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 1rem;
  margin-top: .6rem; }
.card { border: 1px solid var(--line); padding: .6rem .8rem; min-width: 0; } .card h2 { margin: 0; font-size: 1.1rem; }
.card:focus { outline: 3px solid var(--link); } .card[data-waits=yes] { border-left: 5px solid var(--bar); }
.card pre { max-height: 24rem; overflow-y: auto; } .told { font-weight: 600; }
.prose pre { white-space: pre-wrap; } .prose pre, .prose code { font: inherit; }
main:has(.cards) { max-width: none; } body:has(.cards) { max-width: 110rem; }
.decision { display: grid; gap: .4rem; border-top: 1px solid var(--line); padding-top: .5rem; }
.decision textarea { display: block; width: 100%; }
kbd { background: var(--box); border: 1px solid var(--line); border-radius: 3px; padding: 0 .3rem; font-size: .85rem; }
.remark { border: 1px solid var(--line); padding: 0 .7rem; margin: .4rem 0; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 1rem; }
.beside > * { min-width: 0; }
td > .passed, td > .failed, td > .waiting { white-space: nowrap; }
@media (max-width: 30rem) { th, td { padding-right: .4rem; } table.students { font-size: .8rem; }
  table.students th:first-child, table.students td:first-child { min-width: 26vw; } }
td:has(bdi) { min-width: 9rem; overflow-wrap: anywhere; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
pre { background: var(--box); padding: .6rem; overflow-x: auto; font-size: .88rem; line-height: 1.4; }
code { background: var(--box); } summary { cursor: pointer; color: var(--link); }
svg { max-width: 100%; height: auto; display: block; } td svg { min-width: 7rem; }
svg text { fill: var(--text); font: 12px system-ui, sans-serif; }
svg .passed { fill: var(--passed); } svg .failed { fill: var(--failed); } svg .waiting { fill: var(--waiting); }
svg .bar { fill: var(--bar); } svg .axis { stroke: var(--quiet); }
"""
