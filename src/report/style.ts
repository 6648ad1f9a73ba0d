import { darkVariables, lightVariables } from "./theme.ts";

/** The style sheet of a report: fluid, dark where asked for, and always light on paper. */
export const styleSheet = `
:root{color-scheme:light dark;${lightVariables}
--serif:Charter,"Bitstream Charter","Sitka Text",Cambria,"Noto Serif","DejaVu Serif",serif;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Helvetica Neue",Arial,sans-serif;
--mono:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{${darkVariables}}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--page);color:var(--ink);font:17px/1.6 var(--serif)}
.page{max-width:768px;margin:0 auto;padding:48px 24px 64px}
h1,h2,nav,table,figcaption,caption,.badge,.subtitle,.code{font-family:var(--sans)}
h1{font-size:27px;line-height:1.25;letter-spacing:-.01em;font-weight:650;margin:0 0 6px;
overflow-wrap:anywhere}
h2{font-size:20px;line-height:1.3;font-weight:650;margin:56px 0 16px;padding-top:14px;
border-top:1px solid var(--line)}
p{margin:0 0 14px}
p,figcaption,caption{overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:2px}
code{font:.86em var(--mono);background:var(--surface);padding:.1em .3em;border-radius:3px;
overflow-wrap:anywhere}
.subtitle{color:var(--soft);font-size:14px;line-height:1.5;margin:0 0 26px;
overflow-wrap:anywhere}
.verdict{border-left:4px solid var(--good);background:var(--good-surface);
padding:16px 20px;border-radius:0 6px 6px 0;margin:0 0 18px}
.verdict.bad{border-color:var(--problem);background:var(--problem-surface)}
.verdict p{font-size:19px;line-height:1.45;margin:6px 0 0}
.badge{display:inline-block;font-size:12px;line-height:1.5;font-weight:650;
letter-spacing:.04em;text-transform:uppercase;color:var(--good)}
.bad .badge,.badge.problem{color:var(--problem)}
.badge.note{color:var(--note)}
.findings{list-style:none;margin:0;padding:0}
.findings li{padding:12px 0 12px 20px;border-left:4px solid var(--line);margin:0 0 10px}
.findings li.problem{border-color:var(--problem)}
.findings li.note{border-color:var(--note)}
.findings code{color:var(--soft);background:none;padding:0;margin-left:8px;font-size:12px}
.findings p code{color:inherit;background:var(--surface);padding:.1em .3em;margin:0;
font-size:.86em}
.findings p{margin:2px 0 0}
nav{font-size:14px;margin:28px 0 0}
nav ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:4px 18px}
nav a{text-decoration:none;display:inline-block;padding:3px 0}
nav a:hover{text-decoration:underline}
figure{margin:0 0 34px}
figcaption,caption{color:var(--soft);font-size:13.5px;line-height:1.5;text-align:left}
figcaption{margin-top:10px}
.code figcaption{margin:0 0 8px}
svg{display:block;max-width:100%;height:auto;overflow:visible}
svg.narrow{display:none}
.scroll{overflow-x:auto;margin:0 0 30px;background:linear-gradient(to right,var(--page) 30%,transparent) left/48px 100%,
linear-gradient(to left,var(--page) 30%,transparent) right/48px 100%,
linear-gradient(to right,var(--line),transparent) left/12px 100%,
linear-gradient(to left,var(--line),transparent) right/12px 100%;
background-repeat:no-repeat;background-attachment:local,local,scroll,scroll}
table{border-collapse:collapse;font-size:13px;line-height:1.4;min-width:100%;
font-variant-numeric:tabular-nums lining-nums}
caption{caption-side:top;padding-bottom:10px;position:sticky;left:0;max-width:720px}
th,td{padding:6px 0 6px 12px;text-align:left;vertical-align:top;white-space:nowrap;
font-weight:400;border-bottom:1px solid var(--grid)}
th:first-child,td:first-child{padding-left:0}
thead th{color:var(--soft);font-size:12.5px;border-bottom:1px solid var(--line)}
tbody th{font-weight:550}
.right{text-align:right}
td.left{white-space:normal;padding-right:8px}
.long{white-space:normal;overflow-wrap:anywhere;min-width:18ch}
pre{font:13px/1.55 var(--mono);background:var(--surface);border-radius:6px;margin:0;
padding:14px 16px;white-space:pre-wrap;overflow-wrap:anywhere}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media screen and (min-width:1120px){
.page{max-width:1152px;display:grid;grid-template-columns:180px minmax(0,860px);column-gap:64px}
p,ul.findings{max-width:760px}
.page>*{grid-column:2}
.page>header{grid-row:1}
.page>main{grid-row:2}
.page>nav{grid-column:1;grid-row:1/span 2;margin:0;position:sticky;top:48px;align-self:start;
border-right:1px solid var(--line);padding-right:16px}
nav ul{flex-direction:column;gap:4px}
}
@media screen and (max-width:640px){
body{font-size:16px}
.page{padding:24px 16px 48px}
h1{font-size:22px}
h2{margin-top:40px;font-size:18px}
.verdict{padding:12px 16px}
.verdict p{font-size:17px}
.findings li{padding:8px 0 8px 16px}
svg.wide{display:none}
svg.narrow{display:block}
caption{max-width:calc(100vw - 32px)}
td{white-space:normal}
tbody th.left{white-space:normal;min-width:96px;max-width:128px;overflow-wrap:anywhere}
.scroll tbody th,.scroll thead th:first-child{position:sticky;left:0;background:var(--page);
padding-right:8px}
}
@media print{
@page{margin:16mm}
:root{color-scheme:light}
body{font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.page{padding:0;max-width:none}
nav{display:none}
h2{break-after:avoid;margin-top:30px}
figure,.findings li,.verdict,tr{break-inside:avoid}
.scroll{overflow:visible}
table{font-size:8.2pt}
th,td{padding:3px 0 3px 7px}
.scroll{background:none}
pre{font-size:8.5pt;border:1px solid var(--line);background:none}
a{color:inherit;text-decoration:none}
}
`;
