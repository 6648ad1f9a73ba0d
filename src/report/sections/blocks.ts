import type { ReportBlock, ReportTable, Section } from "../../core/report.ts";
import type { ReportInput } from "../input.ts";

/** A column of a table: its heading, and the words of its cell for each item. */
export interface TableColumn<Item> {
  readonly heading: string;
  readonly cell: (item: Item) => string;
  /** Numbers are set flush right; words, flush left. */
  readonly words?: boolean;
}

/** A table with a row an item. */
export function tableOf<Item>(
  items: readonly Item[],
  columns: readonly TableColumn<Item>[],
): ReportTable {
  return {
    columns: columns.map(({ heading }) => heading),
    align: columns.map(({ words }) => (words ? "left" : "right")),
    rows: items.map((item) => columns.map(({ cell }) => cell(item))),
  };
}

export const text = (words: string): ReportBlock => ({ kind: "text", text: words });

/** A section, unless it has nothing to show. */
export function section(
  id: string,
  title: string,
  blocks: readonly (ReportBlock | undefined)[],
): Section[] {
  const present = blocks.filter((block) => block !== undefined);
  return present.length > 0 ? [{ id, title, blocks: present }] : [];
}

/** How many chains the numbers are of. */
export const chainsOf = ({ traces }: ReportInput): number => traces[0]?.chains.length ?? 0;

/** What a caption adds where a chart does not show everything. */
export function thinnedNote(total: number, shown: number, what: string): string {
  return total > shown ? ` Thinned for display: ${shown} of ${total} ${what}.` : "";
}
