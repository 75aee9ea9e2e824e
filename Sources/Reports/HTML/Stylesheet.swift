extension HTMLReport {
    /// How the page looks: light, dark, and on paper.
    static let stylesheet: StaticString = """

        :root {
          --paper: #fff; --ink: #1c2024; --quiet: #5c6670; --line: #d8dde2; --soft: #f4f6f8; --link: #0b57d0;
          --pass: #1a7f37; --known: #8f5f00; --flaky: #b34700; --fail: #cf222e; --error: #8250df; --skipped: #5f6871;
          --missing: #ffebe9; --extra: #e6ffec; --hold: #fff3bf; --moment: #dbeafe; --done: #2f6fde; --life: #8fb8a0;
          --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #0f1419; --ink: #dfe5ea; --quiet: #93a0ab; --line: #2c353d; --soft: #171e25; --link: #7cb0ff;
            --pass: #3fb950; --known: #d29922; --flaky: #f0883e; --fail: #ff7b72; --error: #bc8cff; --skipped: #8b949e;
            --missing: #3d1518; --extra: #12301c; --hold: #4a3d0c; --moment: #16304f; --done: #6ea8fe; --life: #3f7457;
          }
        }
        * { box-sizing: border-box; }
        html { scroll-padding-top: 1rem; }
        body {
          margin: 0 auto; padding: 1.2rem 1.5rem 4rem; max-width: 76rem; background: var(--paper); color: var(--ink);
          font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif;
        }
        h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; line-height: 1.35; }
        h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; font-family: var(--mono); overflow-wrap: anywhere; }
        h4 { font-size: .95rem; margin: 1.1rem 0 .3rem; }
        p { margin: .4rem 0; } a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
        code, pre, .code { font-family: var(--mono); font-size: .86em; overflow-wrap: anywhere; }
        pre {
          background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .7rem; margin: .4rem 0;
          white-space: pre-wrap;
        }
        .denominator { margin-top: 1rem; }
        .quiet, .about { color: var(--quiet); } .quiet { font-size: .88em; overflow-wrap: anywhere; }
        .title { display: flex; gap: .8rem; align-items: center; flex-wrap: wrap; }
        .badge {
          display: inline-block; padding: .05rem .55rem; border-radius: 1rem; border: 1px solid currentColor;
          font-size: .82em; font-weight: 600; white-space: nowrap;
        }
        .chip {
          display: inline-block; padding: .05rem .5rem; border-radius: 1rem; background: var(--soft); font-size: .82em;
          border: 1px solid var(--line);
        }
        .chips { display: flex; flex-wrap: wrap; gap: .35rem; align-items: center; }
        .v-pass { color: var(--pass); } .v-known, .v-allowed { color: var(--known); } .v-flaky { color: var(--flaky); }
        .v-fail, .v-new { color: var(--fail); } .v-error { color: var(--error); } .v-skipped { color: var(--skipped); }
        .s-high { color: var(--fail); font-weight: 600; } .s-medium { color: var(--flaky); }
        .bar { display: flex; gap: 2px; margin: 1rem 0; border-radius: 6px; overflow: hidden; }
        .bar span {
          flex: 1 0 4.2rem; padding: .3rem .6rem; font-weight: 600; font-size: .86em; background: var(--soft);
          border-bottom: 4px solid currentColor; white-space: nowrap;
        }
        .tables { display: flex; gap: 2rem; flex-wrap: wrap; align-items: flex-start; }
        table { border-collapse: collapse; margin: .4rem 0; } .causes, .operations, .attempts, .states { width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); }
        thead th { font-size: .8em; color: var(--quiet); font-weight: 600; } tbody th { font-weight: 500; }
        .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        .none { color: var(--quiet); } .wide { width: 100%; overflow-wrap: anywhere; }
        .causes td { padding-top: .45rem; padding-bottom: .45rem; } .causes td, .operations td { padding-right: .8rem; }
        .good { color: var(--pass); white-space: nowrap; } .bad { color: var(--fail); white-space: nowrap; }
        .attempts th, .attempts td { padding-right: 1rem; white-space: nowrap; } .attempts td.wide { white-space: normal; }
        section.cause { border-top: 2px solid var(--line); margin-top: 2.4rem; }
        .mark {
          display: inline-block; min-width: 1.7rem; text-align: center; margin-right: .6rem; border-radius: 6px;
          background: var(--soft); border: 1px solid var(--line);
        }
        .cause, .plan { content-visibility: auto; contain-intrinsic-size: auto 3rem; }
        .cause { contain-intrinsic-size: auto 60rem; }
        .finding { border-left: 3px solid var(--line); padding-left: .9rem; margin: 1rem 0; } .message { font-weight: 600; }
        .missing { background: var(--missing); } .extra { background: var(--extra); } .diff span { display: block; } .diff .place { color: var(--quiet); }
        .states .tick { text-align: center; color: var(--quiet); } .states .group th { padding-top: .7rem; font-weight: 600; }
        .states .same { color: var(--quiet); } .states .code div { white-space: pre-wrap; }
        .note { border-left: 3px solid var(--known); padding-left: .9rem; }
        .operations .said td { color: var(--quiet); }
        .operations .fault td { background: var(--hold); font-weight: 600; } .refused td:last-child { color: var(--fail); }
        .operations .wide { width: auto; }
        .command { position: relative; } .command button { position: absolute; right: .4rem; top: .3rem; }
        button {
          font: inherit; font-size: .8em; color: var(--ink); background: var(--paper); border: 1px solid var(--line);
          border-radius: 5px; cursor: pointer;
        }
        details { margin: .5rem 0; } summary { cursor: pointer; overflow-wrap: anywhere; }
        summary:focus-visible, a:focus-visible, .stop:focus { outline: 2px solid var(--link); outline-offset: 3px; }
        details.plan { border: 1px solid var(--line); border-radius: 6px; padding: .45rem .8rem; } .inner { padding: .3rem 0; }
        .plans { columns: 2 26rem; padding-left: 1.1rem; } .plans li { break-inside: avoid; }
        .strips { margin: .8rem 0; } .strip { display: flex; gap: .8rem; align-items: baseline; }
        .strip .label {
          flex: 0 0 13rem; text-align: right; font-size: .82em; color: var(--quiet); overflow-wrap: anywhere;
        }
        .cells { display: flex; flex-wrap: wrap; gap: 1px; }
        .cell {
          display: inline-block; width: .95rem; height: 1.15rem; line-height: 1.1rem; text-align: center; font-weight: 700;
          font-family: var(--mono); font-size: .8rem; background: var(--soft); border-bottom: 3px solid currentColor;
        }
        a.cell:hover { outline: 2px solid var(--link); text-decoration: none; }
        .rate { display: inline-flex; gap: .4rem; align-items: center; font-size: .82em; white-space: nowrap; }
        .track { fill: var(--line); } .interval { fill: var(--quiet); opacity: .55; } .hit { fill: var(--ink); }
        .drawing { overflow-x: auto; margin: .6rem 0; border: 1px solid var(--line); border-radius: 6px; padding: .5rem; }
        .timeline { display: block; width: 100%; min-width: 44rem; font-size: 11px; } .timeline text { fill: var(--ink); }
        .timeline .lane { font-family: var(--mono); } .timeline .small { font-size: 9px; fill: var(--quiet); }
        .step { fill: var(--soft); stroke: var(--line); } .step.s1 { fill: var(--line); } .timeline .name { font-size: 10px; }
        .ticks { stroke: var(--done); stroke-width: .9; fill: none; opacity: .8; }
        .moment { fill: var(--moment); opacity: .75; } .zoom { fill: var(--moment); opacity: .35; } .hold { fill: var(--hold); }
        .base { stroke: var(--line); } .axis { stroke: var(--quiet); } .timeline .time { text-anchor: middle; fill: var(--quiet); }
        .mark.done { fill: var(--done); } .mark.refused { fill: var(--fail); } .mark.open { fill: var(--skipped); }
        .timeline .digit { font-size: 9.5px; fill: var(--quiet); } .timeline .netns { fill: var(--pass); }
        .timeline .world, .timeline .what { fill: var(--fail); font-weight: 600; } .timeline .end { text-anchor: end; }
        .life { fill: var(--life); opacity: .6; } .lost { opacity: .18; } .touch { fill: var(--pass); }
        .faultline { stroke: var(--fail); stroke-width: 1.5; stroke-dasharray: 3 2; } .strike { fill: var(--fail); }
        kbd {
          font: .82em var(--mono); border: 1px solid var(--line); border-radius: 4px; padding: 0 .3rem; background: var(--soft);
        }
        footer { margin-top: 3rem; border-top: 1px solid var(--line); color: var(--quiet); font-size: .86em; }
        @media (max-width: 40rem) {
          body { padding: .8rem; } .strip { display: block; } .strip .label { text-align: left; }
          .operations td, .attempts td { padding-right: .4rem; } .causes thead { display: none; }
          .causes tr { display: flex; flex-wrap: wrap; gap: .2rem .7rem; border-bottom: 1px solid var(--line); padding: .4rem 0; }
          .causes td { border: 0; padding: 0; } .causes td.wide { order: 1; flex-basis: 100%; }
          .operations tr { display: flex; flex-wrap: wrap; gap: 0 .7rem; border-bottom: 1px solid var(--line); }
          .operations td { border: 0; } .operations td.wide { order: 1; flex-basis: 100%; } .operations thead { display: none; }
        }
        @media print {
          :root {
            --paper: #fff; --ink: #000; --quiet: #444; --line: #bbb; --soft: #f6f6f6; --link: #000; --pass: #1a7f37;
            --known: #7a5200; --flaky: #964000; --fail: #b01020; --error: #6030b0; --skipped: #555; --missing: #ffebe9;
            --extra: #e6ffec; --hold: #fff3bf; --moment: #dbeafe; --done: #2f6fde; --life: #8fb8a0;
          }
          :root { color-scheme: light; } @page { margin: 14mm; }
          body { max-width: none; padding: 0; font-size: 10pt; } button { display: none; }
          .cause, .plan { content-visibility: visible; } details::details-content { content-visibility: visible; }
          summary { list-style: none; } summary::-webkit-details-marker { display: none; }
          h2, h3, h4, summary, .message, .chips, .chips + .quiet, .group { break-after: avoid; }
          .drawing, tr, .command { break-inside: avoid; } .attempts tr { break-inside: auto; } pre, p { orphans: 3; widows: 3; }
          pre { box-decoration-break: clone; } .drawing { overflow: visible; } .timeline { min-width: 0; }
          * { print-color-adjust: exact; }
        }

        """

    /// What makes the page handier: keys, a button that copies, and all that is folded on paper.
    static let script: StaticString = """

        'use strict';
        const stops = () => [...document.querySelectorAll('.stop')];
        const reveal = () => {
          const target = document.getElementById(location.hash.slice(1));
          for (let at = target; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
          if (target) target.scrollIntoView();
        };
        let place = -1;
        addEventListener('hashchange', reveal);
        addEventListener('beforeprint', () => document.querySelectorAll('details').forEach(one => { one.open = true; }));
        addEventListener('keydown', event => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const all = stops();
          if (event.key === 'g') { place = -1; scrollTo(0, 0); return; }
          if (event.key === 'o' && all[place]) { if (all[place].tagName === 'DETAILS') all[place].open = !all[place].open; return; }
          if (event.key !== 'j' && event.key !== 'k') return;
          place = Math.max(0, Math.min(all.length - 1, place + (event.key === 'j' ? 1 : -1)));
          const one = all[place];
          if (!one) return;
          one.tabIndex = -1;
          one.focus({ preventScroll: true });
          one.scrollIntoView({ block: 'start' });
        });
        if (navigator.clipboard) for (const pre of document.querySelectorAll('.command')) {
          const button = document.createElement('button');
          const text = pre.textContent;
          button.textContent = 'copy';
          button.addEventListener('click', () => navigator.clipboard.writeText(text).then(() => { button.textContent = 'copied'; }));
          pre.append(button);
        }
        reveal();

        """
}
