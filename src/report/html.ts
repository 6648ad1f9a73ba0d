import type { Finding } from "../core/diagnostic.ts";
import type { Report, ReportBlock, ReportChart, ReportTable, Section } from "../core/report.ts";
import { escapeHtml, escapeJson } from "./escape.ts";
import { styleSheet } from "./style.ts";
import { renderSvg } from "./vega.ts";

/** Nothing may be fetched and nothing may run: a report is a document. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/**
 * A report as one HTML file that needs nothing else: no scripts, fonts or network.
 * `summary` is embedded as JSON (`#summary`), for programs. The same report, the same bytes.
 */
export async function renderHtml(report: Report, summary?: unknown): Promise<string> {
  const sections: string[] = [];
  for (const section of report.sections) sections.push(await renderSection(section));
  const title = escapeHtml(report.title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="moebius">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title>
<style>${styleSheet}</style>
</head>
<body>
<div class="page">
<header>
<h1>${title}</h1>
${report.subtitle ? `<p class="subtitle">${escapeHtml(report.subtitle)}</p>` : ""}
${renderVerdict(report)}
${renderFindings(report.findings)}
</header>
${renderContents(report)}
<main>
${sections.join("\n")}
</main>
</div>
${summary === undefined ? "" : summaryElement(summary)}</body>
</html>
`;
}

const summaryElement = (summary: unknown): string =>
  `<script type="application/json" id="summary">${escapeJson(summary)}</script>\n`;

function renderContents({ sections }: Report): string {
  const items = sections.map(
    ({ id, title }) => `<li><a href="#${escapeHtml(id)}">${escapeHtml(title)}</a></li>`,
  );
  return `<nav aria-label="Contents"><ul>${items.join("")}</ul></nav>`;
}

function renderVerdict({ ok, verdict }: Report): string {
  const found = ok ? "no problems found" : "problems found";
  const badge = `<span class="badge">Verdict: ${found}</span>`;
  return `<div class="verdict${ok ? "" : " bad"}">${badge}<p>${prose(verdict)}</p></div>`;
}

function renderFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  const items = findings.map(
    ({ code, severity, message }) =>
      `<li class="${severity}"><span class="badge ${severity}">${severity}</span>` +
      `<code>${escapeHtml(code)}</code><p>${prose(message)}</p></li>`,
  );
  return `<ul class="findings">${items.join("\n")}</ul>`;
}

async function renderSection({ id, title, blocks }: Section): Promise<string> {
  const rendered: string[] = [];
  for (const [i, block] of blocks.entries()) {
    rendered.push(await renderBlock(block, `${id}-${i + 1}`));
  }
  const heading = `<h2>${escapeHtml(title)}</h2>`;
  return [`<section id="${escapeHtml(id)}">`, heading, ...rendered, "</section>"].join("\n");
}

async function renderBlock(block: ReportBlock, id: string): Promise<string> {
  switch (block.kind) {
    case "text":
      return `<p>${prose(block.text)}</p>`;
    case "findings":
      return renderFindings(block.findings);
    case "table":
      return renderTable(block.table, block.caption);
    case "chart":
      return renderChart(block.chart, block.caption, id);
    case "code":
      return renderCode(block.text, block.caption);
  }
}

/** Both drawings of a chart; the style sheet shows the one that fits. */
async function renderChart(chart: ReportChart, caption: string, id: string): Promise<string> {
  const { label } = chart;
  const wide = await renderSvg(chart.wide, { id: `${id}-w`, label, className: "wide" });
  const narrow = await renderSvg(chart.narrow, { id: `${id}-n`, label, className: "narrow" });
  return `<figure>${wide}${narrow}${captionOf(caption)}</figure>`;
}

const renderCode = (text: string, caption: string): string =>
  `<figure class="code">${captionOf(caption)}<pre>${escapeHtml(text)}</pre></figure>`;

const captionOf = (caption: string): string => `<figcaption>${prose(caption)}</figcaption>`;

/** A word that must be broken to fit a narrow column, such as a hash. */
const LONG_WORD = /\S{25}/;

function renderTable({ columns, align, rows }: ReportTable, caption: string): string {
  const cell = (text: string, j: number, scope?: "row" | "col") => {
    const name = `${align[j] ?? "left"}${LONG_WORD.test(text) ? " long" : ""}`;
    const [tag, attribute] = scope ? ["th", ` scope="${scope}"`] : ["td", ""];
    return `<${tag}${attribute} class="${name}">${escapeHtml(text)}</${tag}>`;
  };
  const row = (cells: readonly string[]) => `<tr>${cells.join("")}</tr>`;
  const heading = row(columns.map((name, j) => cell(name, j, "col")));
  const body = rows.map((texts) =>
    row(texts.map((text, j) => cell(text, j, j === 0 ? "row" : undefined))),
  );
  const head = columns.some((name) => name !== "") ? `<thead>${heading}</thead>` : "";
  return (
    `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(caption)}">` +
    `<table><caption>${prose(caption)}</caption>${head}<tbody>${body.join("\n")}</tbody></table>` +
    "</div>"
  );
}

/** Escaped text in which what stands between backticks is set as code. */
function prose(text: string): string {
  return escapeHtml(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}
