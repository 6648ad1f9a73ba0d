import { UsageError } from "../core/errors.ts";
import type { Held, VaryingDesign, VaryingProblem } from "../core/varying.ts";
import { INTERCEPT } from "../data/design.ts";

/** A coefficient function, in one component of the experts or, unless one is named, in all. */
export interface VaryingTerm {
  readonly part: "experts" | "gate" | "dispersion";
  /** Name of a column; of a dispersion none is needed. */
  readonly term?: string;
  /** 1 … K, as the fit numbers them. The gate is tested in all components at once. */
  readonly component?: number;
}

/** What is taken for constant: everything that varies, all of one part, or these functions. */
export type VaryingHypothesis = "all" | VaryingTerm["part"] | readonly VaryingTerm[];

/** One function that the hypothesis takes for constant; of the gate, relative to the last component. */
export interface HeldFunction {
  readonly component: number;
  readonly part: VaryingTerm["part"];
  readonly term: string;
}

/** Functions held, as kernels and as people name them. */
export interface Hypothesis {
  readonly held: readonly Held[];
  readonly functions: readonly HeldFunction[];
}

const PARTS = ["experts", "dispersion", "gate"] as const;
const HOW = 'take "all", a whole part ("experts", "gate" or "dispersion") or one of its terms';

/** The functions that a hypothesis names. Throws a UsageError for terms that are not there or do not vary. */
export function hypothesisOf(problem: VaryingProblem, constant: VaryingHypothesis): Hypothesis {
  const known = PARTS.flatMap((part) => functionsOf(problem, part));
  const chosen =
    typeof constant === "string" ? whole(known, constant) : named(problem, known, constant);
  if (chosen.size === 0) {
    throw new UsageError(
      `a hypothesis must name functions that vary in the fit: ${listed(known)}; got ${JSON.stringify(constant)}; ${HOW}`,
    );
  }
  const functions = known.filter((one) => chosen.has(one));
  return {
    held: functions.map(({ held }) => held),
    functions: functions.map(({ held: _, ...rest }) => rest),
  };
}

function whole(known: readonly Known[], constant: string): Set<Known> {
  return new Set(known.filter(({ part }) => constant === "all" || part === constant));
}

function named(
  problem: VaryingProblem,
  known: readonly Known[],
  terms: readonly VaryingTerm[],
): Set<Known> {
  const found = terms.map((term) => {
    checkTerm(term, problem);
    const these = known.filter((one) => matches(one, term));
    if (these.length === 0) throw unknownTerm(term, known);
    return these;
  });
  return new Set(found.flat());
}

type Known = HeldFunction & { readonly held: Held };

function functionsOf(problem: VaryingProblem, part: HeldFunction["part"]): Known[] {
  const { components: K, experts, gate, family, dispersionVaries } = problem;
  const kind = PARTS.indexOf(part) as Held["kind"];
  const names = {
    experts: varyingTerms(experts),
    gate: varyingTerms(gate),
    dispersion:
      family.dispersion !== "none" && dispersionVaries ? [dispersionName(family.name)] : [],
  }[part];
  const count = part === "gate" ? K - 1 : K;
  return Array.from({ length: count }, (_, component) =>
    names.map((term, column) => ({
      ...{ component: component + 1, part, term },
      held: { kind, component, column },
    })),
  ).flat();
}

const varyingTerms = ({ terms, places, varyingColumns }: VaryingDesign): string[] =>
  places.slice(0, varyingColumns).map((place) => terms[place]!);

const dispersionName = (family: string): string => (family === "gaussian" ? "log sd" : "log size");

function matches(one: Known, { part, term, component }: VaryingTerm): boolean {
  if (one.part !== part) return false;
  if (part !== "dispersion" && term !== undefined && one.term !== term) return false;
  return component === undefined || one.component === component;
}

function checkTerm({ part, component }: VaryingTerm, { components: K }: VaryingProblem): void {
  if (part === "gate" && component !== undefined) {
    throw new UsageError(
      "a term of the gate must be tested in all components at once, for the gate is but relative; " +
        `got component ${component}; leave it out`,
    );
  }
  if (
    component === undefined ||
    (Number.isSafeInteger(component) && component >= 1 && component <= K)
  )
    return;
  throw new UsageError(
    `a hypothesis must name one of the ${K} experts of the fit, or none of them; got expert ${component}`,
    { component },
  );
}

const listed = (known: readonly Known[]): string =>
  [...new Set(known.map(({ part, term }) => `${part}:${term}`))].join(", ") || "none does";

function unknownTerm({ part, term }: VaryingTerm, known: readonly Known[]): UsageError {
  return new UsageError(
    `a hypothesis must name functions that vary in the fit: ${listed(known)}; got ${part}:${term ?? "any"}; ${HOW}`,
    { part, term },
  );
}

/**
 * Whether constants of a part cannot be those of centred columns: its intercept is held while another column goes on
 * varying, so that no constant could take up the shift.
 */
export function mustUncentre(
  part: "experts" | "gate",
  problem: VaryingProblem,
  { functions }: Hypothesis,
): boolean {
  const ours = functions.filter((one) => one.part === part);
  const isHeld = ours.some(({ term }) => term === INTERCEPT);
  return isHeld && ours.length < functionsOf(problem, part).length;
}
