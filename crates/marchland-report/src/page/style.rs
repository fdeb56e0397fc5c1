//! The one style sheet: for a screen, for black-and-white paper, for A4.

pub(super) const SHEET: &str = r#":root { --ink: #1c1c1c; --quiet: #5b5b5b; --line: #b9b9b9; --fill: #f2f1ec; --mark: #0b5a8a; }
* { box-sizing: border-box; }
html { font: 15px/1.45 "DejaVu Sans", Helvetica, Arial, sans-serif; color: var(--ink); background: #fff; }
body { max-width: 50rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 1.8rem 0 .5rem; border-bottom: 2px solid var(--ink); padding-bottom: .15rem; }
h3 { font-size: 1rem; margin: 1.1rem 0 .3rem; }
p { margin: .4rem 0 .7rem; }
ul, ol { margin: .3rem 0 .8rem; padding-left: 2rem; }
.kicker { color: var(--quiet); margin: 0 0 .2rem; }
.quiet { color: var(--quiet); }
.small { font-size: .82rem; }
.box { border: 1px solid var(--line); background: var(--fill); padding: .6rem .9rem; margin: .7rem 0; }
.secret { border-left: 5px solid var(--ink); }
table { border-collapse: collapse; width: 100%; font-size: .84rem; margin: .4rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .22rem .45rem; border-bottom: 1px solid var(--line); }
thead th { border-bottom: 1.5px solid var(--ink); font-weight: 600; }
tbody th { font-weight: 400; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
table.instruments { table-layout: fixed; }
table.instruments th:nth-child(1) { width: 6%; }
table.instruments th:nth-child(2) { width: 44%; }
table.instruments th:nth-child(3) { width: 31%; }
table.form td, table.form th { border: 1px solid var(--ink); height: 1.9rem; }
table.form thead th { background: var(--fill); height: auto; }
table.months td, table.months th { border: 1px solid var(--line); text-align: center; padding: .15rem .1rem; font-size: .72rem; }
table.months tbody th { text-align: left; width: 24%; padding-left: .4rem; }
table.months tbody td { height: 1.6rem; }
.badge { display: inline-block; border: 1px solid var(--ink); border-radius: .2rem; padding: 0 .35rem; font-size: .76rem; font-weight: 600; white-space: nowrap; }
.badge.blunder { background: var(--ink); color: #fff; }
.badge.best { border-width: 2px; }
.badge.none { border-color: var(--line); color: var(--quiet); font-weight: 400; }
.played { border: 0; padding: 0; margin: .4rem 0; }
.played > input { position: absolute; opacity: 0; }
.played > label, label.turn { display: inline-block; border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .6rem; margin: .1rem .2rem .1rem 0; font-size: .8rem; cursor: pointer; }
.played > input:checked + label { background: var(--ink); color: #fff; border-color: var(--ink); }
.played > input:focus-visible + label { outline: 3px solid #0b5a8a; outline-offset: 2px; }
.played > section { display: none; }
.cards { display: flex; flex-wrap: wrap; gap: .8rem; }
.cards > * { flex: 1 1 20rem; }
svg { max-width: 100%; height: auto; }
svg.spark { vertical-align: middle; }
.shapes { position: absolute; width: 0; height: 0; overflow: hidden; }
.sheet + .sheet, .break { break-before: page; }
.half { border: 1.5px solid var(--ink); padding: .7rem .9rem; margin: .8rem 0; }
.blank { display: inline-block; border-bottom: 1px solid var(--ink); min-width: 5rem; }
@page { size: A4; margin: 15mm 14mm 17mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt "DejaVu Sans", Helvetica, Arial, sans-serif; color: #5b5b5b; } @bottom-left { font: 8pt "DejaVu Sans", Helvetica, Arial, sans-serif; color: #5b5b5b; } }
@media print {
  html { font-size: 10.5pt; }
  body { max-width: none; padding: 0; }
  h1, h2, h3 { break-after: avoid; }
  tr, .box, .half, figure, svg { break-inside: avoid; }
  thead { display: table-header-group; }
  .screen, .played > label { display: none; }
  .played > section { display: block; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"#;
