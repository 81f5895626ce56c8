/// The page's style: system fonts, one column, colours of the reader's scheme, and plain black on white in print.
enum PageStyle {
  static let sheet = """
    :root{--page:#fff;--ink:#1b1f24;--faint:#57606a;--line:#d0d7de;--head:#f3f5f7;--link:#0059b3;--warn:#fff4d6}
    @media(prefers-color-scheme:dark){:root{--page:#14171b;--ink:#e4e8ec;--faint:#9aa4ae;--line:#3a424b;--head:#20252b;\
    --link:#6cb2ff;--warn:#3d3113}}
    *{box-sizing:border-box}
    html{scroll-behavior:smooth}
    body{margin:0 auto;max-width:1200px;padding:0 20px 60px;background:var(--page);color:var(--ink);\
    font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;overflow-wrap:break-word}
    h1{font-size:1.9rem;line-height:1.2;margin:1.2em 0 .6em}
    h2{font-size:1.45rem;line-height:1.25;margin:2.2em 0 .6em;padding-bottom:.25em;border-bottom:1px solid var(--line)}
    h3{font-size:1.15rem;margin:1.8em 0 .5em}
    p{max-width:75ch;margin:.6em 0}
    a{color:var(--link)}
    a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--link);outline-offset:2px}
    .skip{position:absolute;left:-9999px}
    .skip:focus{left:20px;top:8px;background:var(--page);padding:4px 8px}
    nav ul{margin:.2em 0;padding-left:1.3em}
    nav>details>ul{columns:2 22em;padding-left:1em}
    nav li{break-inside:avoid}
    summary{cursor:pointer;color:var(--link);padding:2px 0}
    nav summary{font-weight:600}
    figure{margin:1.4em 0}
    figcaption{font-weight:600;margin-bottom:.4em}
    .scroll{overflow:auto;max-height:80vh;border:1px solid var(--line);border-radius:4px;max-width:100%;width:fit-content}
    table{border-collapse:separate;border-spacing:0;font-size:.875rem;font-variant-numeric:tabular-nums}
    th,td{padding:4px 10px;text-align:left;white-space:nowrap;vertical-align:top}
    th{font-weight:600}
    tbody th{font-weight:400}
    thead th{position:sticky;top:0;background:var(--head);border-bottom:1px solid var(--line);z-index:2}
    tbody th{position:sticky;left:0;background:var(--page);z-index:1}
    thead th:first-child{left:0;z-index:3}
    tbody tr.g:not(:first-child)>*{border-top:1px solid var(--line)}
    .n{text-align:right}
    .long{white-space:normal;min-width:30ch;max-width:60ch}
    .best{font-weight:700}
    abbr{text-decoration:none;font-weight:400;margin-left:1px}
    .note{color:var(--faint);font-size:.85rem;margin:.4em 0;max-width:100ch}
    code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace;font-size:.9em}
    pre{overflow:auto;background:var(--head);border:1px solid var(--line);border-radius:4px;padding:12px;max-height:80vh}
    .warning{background:var(--warn);padding:8px 12px;border-radius:4px}
    .view{position:relative;width:100%;max-width:100%;overflow-x:auto;min-height:40px}
    .view .vega-embed{display:block;width:100%;padding-right:0}
    .view .vega-embed summary{opacity:.75;color:#1b1f24}
    .view .vega-bindings{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:.875rem;margin-bottom:6px}
    .view .vega-bind-name{margin-right:4px}
    .view select{font:inherit;color:inherit;background:var(--head);border:1px solid var(--line);border-radius:4px;\
    padding:2px 6px}
    .data summary{font-size:.85rem}
    footer{margin-top:4em;border-top:1px solid var(--line);color:var(--faint);font-size:.85rem}
    @media(max-width:600px){body{padding:0 12px 40px}h1{font-size:1.5rem}th,td{padding:4px 7px}}
    @media print{
    :root{--page:#fff;--ink:#000;--faint:#333;--line:#999;--head:#eee;--link:#000;--warn:#fff}
    body{max-width:none;padding:0;font-size:10pt}
    nav,.skip,.vega-actions,.vega-embed details,.data,details:not([open]){display:none}
    .scroll,pre{overflow:visible;max-height:none;border:0;width:auto}
    table{font-size:7.5pt}
    th,td{padding:2px 5px;white-space:normal}
    thead th,tbody th{position:static}
    tr,figure.chart{break-inside:avoid}
    h2,h3,figcaption{break-after:avoid}
    .view{overflow:visible;print-color-adjust:exact}
    .view svg{max-width:100%;height:auto}
    figure[data-scheme=dark] .view svg{filter:invert(1) hue-rotate(180deg)}
    }
    """
}
