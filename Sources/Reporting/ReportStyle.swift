/// How the report looks: on light and on dark paper, on a screen and on a phone.
enum ReportStyle {
    static let css = """
        :root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --soft: #5b6470; --line: #d9dee5;
          --before: #7a808a; --after: #1f6fc6; }
        @media (prefers-color-scheme: dark) {
          :root { --paper: #14171b; --ink: #e6e9ee; --soft: #9aa4b1; --line: #2c333c; --before: #9aa1ab; --after: #5aa2ea; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 760px; margin: 0 auto; padding: 24px 16px 64px; }
        h1 { font-size: 1.8rem; margin: 0; overflow-wrap: anywhere; }
        h2 { font-size: 1.25rem; margin: 2.5rem 0 0.5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
        h3 { font-size: 1rem; margin: 1rem 0 0.25rem; }
        p, header p { margin: 0.5rem 0; }
        header p, .note, summary { color: var(--soft); }
        .headline { font-size: clamp(2rem, 9vw, 3.5rem); font-weight: 650; line-height: 1.2; white-space: nowrap;
          font-variant-numeric: tabular-nums; }
        .headline .before { color: var(--before); } .headline .after { color: var(--after); }
        .headline .spread { font-size: 0.55em; font-weight: 400; }
        .headline .arrow { color: var(--soft); font-weight: 400; }
        .wide { overflow-x: auto; margin: 0.75rem 0; }
        figure { margin: 0.75rem 0; }
        figure svg { display: block; width: 100%; height: auto; min-width: 440px; }
        figure.small svg { min-width: 0; }
        table { border-collapse: collapse; width: 100%; font-size: 0.93rem; }
        th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line);
          overflow-wrap: break-word; }
        th { font-weight: 600; color: var(--soft); }
        .n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        th.n { white-space: normal; }
        details { margin: 0.5rem 0; }
        summary { cursor: pointer; }
        code { font: 0.85rem ui-monospace, monospace; overflow-wrap: anywhere; color: var(--ink); }
        ul { margin: 0.25rem 0; padding-left: 1.2rem; }
        .images { display: flex; flex-wrap: wrap; gap: 8px; margin: 0.25rem 0 0.75rem; }
        .images figure { margin: 0; width: 72px; }
        .images img { display: block; width: 72px; height: 72px; object-fit: cover; border-radius: 3px; }
        .images .wrong img { outline: 3px solid #d9822b; outline-offset: -3px; }
        .images figcaption { font-size: 0.7rem; line-height: 1.25; color: var(--soft); overflow-wrap: anywhere; }
        .legend { list-style: none; padding: 0; columns: 12rem; font-size: 0.85rem; }
        .legend span { display: inline-block; width: 0.8em; height: 0.8em; border-radius: 50%; margin-right: 0.5em; }
        /* gnuplot draws in black; on the page it takes the page's ink. */
        svg [color="black"] { color: var(--ink); }
        svg [fill="black"] { fill: var(--ink); }
        svg [stroke="black"] { stroke: var(--ink); }
        svg image { image-rendering: pixelated; }
        """
}
