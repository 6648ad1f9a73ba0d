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

/** What Vega says of marks that a static picture with one label does not need. */
const NEEDLESS = / (?:aria-\w+|role|class|pointer-events)="[^"]*"| opacity="1"/g;

/** Vega's file as an element of a page: ids of its own, a name for screen readers, fewer digits. */
function embed(svg: string, id: string, label: string, className: string): string {
  // Vega counts its ids over all pictures of the process; here they count from 1 in each.
  const known = new Map<string, string>();
  const own = (name: string): string => {
    if (!known.has(name)) known.set(name, `${id}-${known.size + 1}`);
    return known.get(name)!;
  };
  const lean = (tag: string): string =>
    tag
      .replace(NEEDLESS, "")
      .replace(/(\.\d{3})\d+/g, "$1")
      .replace(/ id="([^"]+)"/g, (_, name: string) => ` id="${own(name)}"`)
      .replace(/url\(#([^)]+)\)/g, (_, name: string) => `url(#${own(name)})`);
  const root = `<svg class="${className}" role="img" aria-label="${escapeHtml(label)}"`;
  return svg
    .replace(/^<svg[^>]*? class="marks"/, "<svg")
    .replace(/<[^>]+>/g, lean)
    .replace("<svg", () => root);
}
