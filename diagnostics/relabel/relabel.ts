import type { Draws } from "../../src/core/draws.ts";
import { evenDraws } from "../../src/core/posterior.ts";
import { lookUp } from "../../src/core/registry.ts";
import type { Target } from "../../src/core/target.ts";
import { type Matrix, rowsOf } from "../../src/math/matrix.ts";
import { alignTo, consensusOf, type Permutations } from "./align.ts";
import { canonicalOrder } from "./canonical-order.ts";
import { classify, evenRows, everyDraw, hardened } from "./classification.ts";
import { combined, type Disagreement, disagreement } from "./loss.ts";
import { findLabels, type Relabeller, relabellers } from "./methods.ts";
import { refusal } from "./refusal.ts";

export interface RelabelOptions {
  /** A name among `relabellers`; default "stephens". */
  readonly method?: string;
  /**
   * n × f, columns of sd 1 over the target's rows: what labels are ordered by (`Target.features`).
   */
  readonly features?: Matrix;
}

/** Labels for every draw, and how far they can be trusted. */
export interface Relabelling extends Disagreement {
  readonly method: string;
  readonly iterations: number;
  /** S × K, draws chain after chain. */
  readonly permutations: Permutations;
  /** One sentence, where labels cannot be trusted and component summaries must not be shown. */
  readonly refused?: string;
}

/** Labels are learned from so many draws at most, and given to all; from fewer where K is large: a turn costs n K². */
const MOST_DRAWS = 2000;
const FEWEST_DRAWS = 100;
const WORK_OF_TURN = 2e7;
const CHUNK = 1000;

/**
 * Makes the labels of all draws comparable. target: on the scale of the data, over the rows that
 * decide (at most 500 of them are looked at). Labels are numbered by `canonicalOrder`. Throws a
 * ModelError for an unknown method.
 */
export function relabel(target: Target, draws: Draws, options: RelabelOptions = {}): Relabelling {
  const method = lookUp(relabellers, options.method ?? "stephens", "relabelling method");
  const rows = evenRows(target.n);
  const affordable = Math.floor(WORK_OF_TURN / (rows.length * target.capacity ** 2));
  const most = Math.min(MOST_DRAWS, Math.max(FEWEST_DRAWS, affordable));
  const some = classify(target, draws, evenDraws(draws, most), rows);
  const found = findLabels(method, some);
  const consensus = consensusOf(some, found.permutations);
  const features = options.features && rowsOf(options.features, rows);
  const order = canonicalOrder(consensus, features);
  const reference = {
    method,
    template: rowsOf(found.template, order),
    consensus: rowsOf(consensus, order),
  };
  const all = labelAll(target, draws, rows, reference);
  const refused = refusal(all);
  return {
    method: method.name,
    iterations: found.iterations,
    ...all,
    ...(refused === undefined ? {} : { refused }),
  };
}

interface Reference {
  readonly method: Relabeller;
  /** K × n each, in the final order. */
  readonly template: Matrix;
  readonly consensus: Matrix;
}

/** Labels every draw by the template, some at a time. */
function labelAll(
  target: Target,
  draws: Draws,
  rows: Int32Array,
  { method, template, consensus }: Reference,
): Disagreement & { permutations: Permutations } {
  const picks = everyDraw(draws);
  const permutations = new Int32Array(picks.length * target.capacity);
  const parts: (Disagreement & { share: number })[] = [];
  for (let first = 0; first < picks.length; first += CHUNK) {
    const soft = classify(target, draws, picks.slice(first, first + CHUNK), rows);
    const part = alignTo(template, method.hard ? hardened(soft) : soft);
    permutations.set(part, first * target.capacity);
    const share = soft.draws / picks.length;
    parts.push({ ...disagreement(soft, part, consensus), share });
  }
  return { permutations, ...combined(parts) };
}
