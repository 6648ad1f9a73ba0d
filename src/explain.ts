import { identifiability, slowWhenOverfitted } from "../diagnostics/findings/overfitting.ts";
import { compile } from "../models/compile.ts";
import { describeModel, type Statement } from "../models/describe.ts";
import { gateMethod } from "../samplers/gate-method.ts";
import { sampler } from "../samplers/index.ts";
import { whyNoReference } from "../samplers/marginal/by-count.ts";
import type { Table } from "./core/data.ts";
import type { Finding } from "./core/diagnostic.ts";
import { whyNotMarginal } from "./core/marginal-posterior.ts";
import type { ModelDeclaration } from "./core/model.ts";
import type { Target } from "./core/target.ts";

/** What will be sampled, before it is. */
export interface Explanation {
  /** Every default filled in. */
  readonly model: ModelDeclaration;
  readonly rows: number;
  readonly dropped: number;
  readonly terms: { readonly experts: readonly string[]; readonly gate: readonly string[] };
  /** The model and its priors in words. */
  readonly statements: readonly Statement[];
  /** How each block of parameters is updated; the gate's first update is the default. */
  readonly updates: readonly { readonly block: string; readonly method: string }[];
  readonly gateUpdates: readonly string[];
  /** The moves of one sweep in order, and how often each is tried. */
  readonly sweep: readonly string[];
  /** What to know before sampling. */
  readonly findings: readonly Finding[];
}

const IDENTIFIABLE: Statement = {
  about: "too many experts",
  words:
    "these experts are strongly identifiable: those that share a true one are found like n^(-1/4), " +
    "as long as fewer than twice the true number are fitted",
};

/** Says what a model means for a table: terms, priors with every default, and how each block is sampled. */
export function explain(
  model: ModelDeclaration,
  table: Table,
  options: { readonly sampler?: string; readonly gateUpdate?: string } = {},
): Explanation {
  const { target, model: resolved, table: rows, dropped } = compile(model, table);
  const isRandom = typeof target.components !== "number";
  const { sampler: asked = "auto", gateUpdate = "default" } = options;
  const name = asked === "auto" && !isRandom ? "marginal" : asked;
  const kernel = sampler(name, { gateUpdate }).compile(target);
  const identifiable = identifiability(target);
  const coefficients = target.expert.layout.find(({ terms }) => terms !== undefined);
  return {
    model: resolved,
    rows: rows.rows,
    dropped,
    terms: { experts: coefficients?.terms ?? [], gate: target.gate.terms },
    statements: [
      ...describeModel(resolved),
      ...cautions(target),
      ...leftOut(target, name),
      ...(identifiable?.holds === true ? [IDENTIFIABLE] : []),
    ],
    updates: [
      ...target.expert.updates,
      { block: "gate", method: gateMethod(target, name, gateUpdate) },
    ],
    gateUpdates: target.gate.updates.map((update) => update.name),
    sweep: kernel.moves,
    findings: slowWhenOverfitted(target, identifiable),
  };
}

/** Why a sampler has no moves around a normal approximation. */
function leftOut(target: Target, name: string): Statement[] {
  const say = (words: string): Statement[] => [{ about: "sampling", words }];
  if (name === "marginal") {
    const why = whyNotMarginal(target);
    return why === undefined ? [] : say(`Gibbs sweeps alone, since ${why}`);
  }
  if (!["auto", "reversible-jump", "ascending"].includes(name)) return [];
  const why = whyNoReference(target);
  return why === undefined
    ? []
    : say(`no moves of all parameters around a normal approximation, since ${why}`);
}

function cautions({ components, expert: { caution } }: Target): Statement[] {
  return caution === undefined || components === 1 ? [] : [{ about: "caution", words: caution }];
}
