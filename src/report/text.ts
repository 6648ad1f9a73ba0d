import type { Finding } from "../core/diagnostic.ts";
import type { Report, ReportBlock, ReportTable, Section } from "../core/report.ts";

const DEFAULT_WIDTH = 96;
const GAP = "  ";
/** What a terminal shows of a report: the numbers, not the pictures. */
const DEFAULT_SECTIONS = ["count", "components", "posterior"];

type Style = "bold" | "red" | "yellow" | "green";
const CODES: Readonly<Record<Style, number>> = { bold: 1, red: 31, yellow: 33, green: 32 };

export interface TextOptions {
  /** Columns of the terminal, for prose; tables are as wide as they are. */
  readonly width?: number;
  /** Whether escape codes for colour may be used. */
  readonly colour?: boolean;
  /** Ids of the sections to show. */
  readonly sections?: readonly string[];
}

type Paint = (style: Style, text: string) => string;

const painter =
  (colour: boolean): Paint =>
  (style, text) =>
    colour ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;

/** A report for a terminal: the verdict, the findings, and the tables of the sections asked for. */
export function renderText(report: Report, options: TextOptions = {}): string {
  const { width = DEFAULT_WIDTH, colour = false, sections = DEFAULT_SECTIONS } = options;
  const paint = painter(colour);
  const shown = sections.flatMap((id) => report.sections.filter((section) => section.id === id));
  return [
    verdictText(report, width, paint),
    ...report.findings.map((finding) => findingText(finding, width, paint)),
    ...shown.map((section) => sectionText(section, width, paint)),
  ]
    .map((part) => `${plain(part)}\n`)
    .join("\n");
}

function verdictText({ ok, verdict }: Report, width: number, paint: Paint): string {
  return paint(ok ? "green" : "red", wrap(verdict, width));
}

/** A finding with a hanging indent: "problem  chains-disagree", then its sentences. */
function findingText({ code, severity, message }: Finding, width: number, paint: Paint): string {
  const head = `${paint(severity === "problem" ? "red" : "yellow", severity)} ${code}`;
  return `${head}\n${wrap(message, width, "  ")}`;
}

function sectionText({ title, blocks }: Section, width: number, paint: Paint): string {
  const parts = blocks.flatMap((block) => blockText(block, width));
  return [paint("bold", title), ...parts].join("\n");
}

function blockText(block: ReportBlock, width: number): string[] {
  switch (block.kind) {
    case "text":
      return [wrap(block.text, width)];
    case "table":
      return [tableText(block.table)];
    case "code":
      return [block.text];
    default:
      return [];
  }
}

/** Columns set side by side, numbers flush right, without trailing blanks. */
export function tableText({ columns, align, rows }: ReportTable): string {
  const all = columns.some((name) => name !== "") ? [columns, ...rows] : rows;
  const lines = all.map((line) => line.map(plain));
  const widths = columns.map((_, j) => Math.max(...lines.map((line) => line[j]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, j) =>
          align[j] === "right" ? cell.padStart(widths[j]!) : cell.padEnd(widths[j]!),
        )
        .join(GAP)
        .trimEnd(),
    )
    .join("\n");
}

/** Words in lines of at most `width` characters (a longer word has a line of its own). */
export function wrap(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/[ \n]+/).filter((part) => part !== "")) {
    const fits = line === indent || line.length + 1 + word.length <= width;
    if (!fits) {
      lines.push(line);
      line = indent;
    }
    line += line === indent ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}

/** Characters that any terminal has; thousands are not set apart, so that other programs read one number. */
function plain(text: string): string {
  return text
    .replaceAll("−", "-")
    .replaceAll("₊", "+")
    .replaceAll("\u202f", "")
    .replaceAll("\u00a0", " ")
    .replaceAll("–", "-");
}
