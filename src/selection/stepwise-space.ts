import { constant, softmax } from "../../models/declare-gate.ts";
import { moe } from "../../models/moe.ts";
import { UsageError } from "../core/errors.ts";
import type { ModelDeclaration } from "../core/model.ts";
import { parseFormula } from "../data/formula.ts";
import { expandTerms } from "../data/terms.ts";
import type { StepwiseSpace } from "./stepwise-options.ts";

/** A model of the space. */
export interface Place {
  readonly experts: readonly string[];
  readonly gate: readonly string[];
  readonly components: number;
}

/** A way from one model to a neighbour. */
export interface Move {
  readonly move: string;
  readonly to: Place;
}

/** The space with every default, and with terms once each. Throws a UsageError for what is not one term. */
export function completeSpace(space: StepwiseSpace): Required<StepwiseSpace> {
  const { response, experts, gate, family = "gaussian", maxComponents = 4 } = space;
  if (!(Number.isSafeInteger(maxComponents) && maxComponents >= 1)) {
    throw new UsageError(`\`maxComponents\` must be a whole number ≥ 1; got ${maxComponents}`);
  }
  for (const term of [...experts, ...gate]) {
    const { terms, intercept, offsets } = expandTerms(parseFormula(`~ ${term}`), []);
    if (terms.length === 1 && intercept && offsets.length === 0) continue;
    throw new UsageError(
      `a candidate must be one term, such as x, log(x) or x:z; got "${term}"; name terms one by one`,
    );
  }
  return {
    response,
    experts: [...new Set(experts)],
    gate: [...new Set(gate)],
    family,
    maxComponents,
  };
}

/** The declaration of a model of the space. */
export function modelAt(
  { response, family }: Required<StepwiseSpace>,
  { experts, gate, components }: Place,
): ModelDeclaration {
  return moe({
    experts: { family, formula: `${response} ~ ${experts.join(" + ") || "1"}` },
    gate: gate.length === 0 ? constant() : softmax(`~ ${gate.join(" + ")}`),
    components,
  });
}

/** Models of one candidate each: together they read every column of the space. */
export function singleTerms(space: Required<StepwiseSpace>): ModelDeclaration[] {
  const place = { experts: [], gate: [], components: 1 };
  return [
    place,
    ...space.experts.map((term) => ({ ...place, experts: [term] })),
    ...space.gate.map((term) => ({ ...place, gate: [term] })),
  ].map((one) => modelAt(space, one));
}

/** Where a search begins. */
export function firstPlace(space: Required<StepwiseSpace>, direction: string): Place {
  if (direction === "forward") return { experts: [], gate: [], components: 1 };
  const { experts, gate, maxComponents: components } = space;
  return { experts, gate: components === 1 ? [] : gate, components };
}

/** Every neighbour, in the order in which ties are broken. One expert has no gate, so its terms do not count. */
export function neighbours(space: Required<StepwiseSpace>, at: Place): Move[] {
  const { components: K } = at;
  const hasGate = K > 1;
  const moves: Move[] = [
    ...changes(space.experts, at.experts, false, "the experts", (experts) => ({ ...at, experts })),
    ...(hasGate
      ? changes(space.gate, at.gate, false, "the gate", (gate) => ({ ...at, gate }))
      : []),
  ];
  if (K < space.maxComponents) {
    moves.push({ move: "add an expert", to: { ...at, components: K + 1 } });
  }
  moves.push(
    ...changes(space.experts, at.experts, true, "the experts", (experts) => ({ ...at, experts })),
    ...changes(space.gate, at.gate, true, "the gate", (gate) => ({ ...at, gate })),
  );
  if (K > 1) {
    const gate = K === 2 ? [] : at.gate;
    moves.push({ move: "remove an expert", to: { ...at, gate, components: K - 1 } });
  }
  return moves;
}

/** Each candidate that is there (or is not) taken away (or added); terms stay in the order of the candidates. */
function changes(
  all: readonly string[],
  present: readonly string[],
  isThere: boolean,
  where: string,
  place: (terms: readonly string[]) => Place,
): Move[] {
  return all
    .filter((term) => present.includes(term) === isThere)
    .map((term) => ({
      move: isThere ? `remove ${term} from ${where}` : `add ${term} to ${where}`,
      to: place(all.filter((one) => (one === term ? !isThere : present.includes(one)))),
    }));
}
