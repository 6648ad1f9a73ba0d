import type { TopLevelSpec } from "vega-lite";
import type { ChartSpec } from "../core/report.ts";
import { escapeHtml } from "./escape.ts";

/** The one place where Vega is met; it is loaded when the first chart is drawn. */
const load = () => Promise.all([import("vega"), import("vega-lite")]);

interface SvgOptions {
  /** Differs between the charts of a page. */
  readonly id: string;
  /** What the chart shows, for those who cannot see it. */
  readonly label: string;
  readonly className?: string;
  /** Told what Vega finds odd. */
  readonly warn?: (message: string) => void;
}

/**
 * Draws a Vega-Lite specification as an SVG element that shrinks with its column.
 * Throws where the specification cannot be drawn.
 */
export async function renderSvg(
  spec: ChartSpec,
  { id, label, className = "", warn = () => {} }: SvgOptions,
): Promise<string> {
  const [vega, vegaLite] = await load();
  const say = (_method: string, _level: string, words: readonly unknown[]) => warn(words.join(" "));
  const logger = vega.logger(vega.Warn, "warn", say);
  // A specification is plain data to us; Vega-Lite checks its shape as it compiles.
  const compiled = vegaLite.compile(spec as unknown as TopLevelSpec, { logger });
  const view = new vega.View(vega.parse(compiled.spec), { renderer: "none", logger });
  try {
    return embed(await view.toSVG(), id, label, className);
  } finally {
    view.finalize();
  }
}

/** Vega's file as an element of a page: ids of its own, a name for screen readers. */
function embed(svg: string, id: string, label: string, className: string): string {
  const named = `<svg class="${className}" role="img" aria-label="${escapeHtml(label)}"`;
  const own = (tag: string) =>
    tag
      .replace(/ (?:aria-\w+|role|class)="[^"]*"/g, "")
      .replace(/ id="([^"]+)"/g, ` id="${id}-$1"`)
      .replace(/url\(#([^)]+)\)/g, `url(#${id}-$1)`);
  return svg
    .replace(/^<svg[^>]*? class="marks"/, "<svg")
    .replace(/<[^>]+>/g, own)
    .replace("<svg", () => named);
}
