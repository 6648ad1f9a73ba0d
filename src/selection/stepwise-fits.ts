import { compile } from "../../models/compile.ts";
import { DataError, ModelError } from "../core/errors.ts";
import type { Matrix } from "../math/matrix.ts";
import { createRng } from "../math/rng.ts";
import type { Step } from "../report/stepwise-input.ts";
import { criterionOf, summaryOf } from "./criteria.ts";
import { formulaText } from "./formula-text.ts";
import { type Fit, type Job, type RefitContext, refits } from "./refits.ts";
import { withOneLess, withOneMore } from "./split.ts";
import type { StepwiseSpace } from "./stepwise-options.ts";
import { type Move, modelAt, type Place } from "./stepwise-space.ts";

/** A model that was fitted. */
export interface Reached {
  readonly to: Place;
  readonly fit: Fit;
  readonly step: Step;
}

/** A candidate that has no fit, and why. */
export interface LeftOut {
  readonly formula: string;
  readonly reason: string;
}

/** The stream of the directions along which experts are split. */
const STREAM = 0x7374;

/** Fits models of the space, each starting also from the model before it; what was fitted once is not begun again. */
export function stepwiseFits(
  space: Required<StepwiseSpace>,
  context: RefitContext & { readonly starts: number },
  criterion: string,
) {
  const fits = new Map<string, Fit>();
  const leftOut = new Map<string, LeftOut>();

  function job(to: Place, from: Reached | undefined): Job | undefined {
    const model = modelAt(space, to);
    const known = fits.get(keyOf(to));
    if (known === undefined && !isPossible(to)) return undefined;
    const responsibilities = from === undefined ? [] : adapted(context.seed, from.fit, to);
    return known === undefined
      ? { model, starts: context.starts, responsibilities }
      : { model, starts: 0, responsibilities, known };
  }

  /** Covariates that depend on each other cannot be in one model. */
  function isPossible(to: Place): boolean {
    const model = modelAt(space, to);
    try {
      compile(model, context.table);
      return true;
    } catch (error) {
      if (!(error instanceof ModelError || error instanceof DataError)) throw error;
      leftOut.set(keyOf(to), { formula: formulaText(model), reason: error.message });
      return false;
    }
  }

  return {
    leftOut: () => [...leftOut.values()],
    all: () => [...fits.values()],
    /** In the order of the moves, without those that cannot be fitted. */
    async reach(moves: readonly Move[], from?: Reached): Promise<Reached[]> {
      const tried = moves.flatMap((one) => {
        const todo = job(one.to, from);
        return todo === undefined ? [] : [{ ...one, todo }];
      });
      const found = await refits(
        context,
        tried.map(({ todo }) => todo),
      );
      return tried.map(({ move, to, todo }, t) => {
        const { known } = todo;
        const climbs = found[t]!.climbs + (known?.climbs ?? 0);
        const fit = { ...found[t]!, climbs, lost: found[t]!.lost + (known?.lost ?? 0) };
        fits.set(keyOf(to), fit);
        return { to, fit, step: stepOf(move, fit, criterion) };
      });
    },
  };
}

export type StepwiseFits = ReturnType<typeof stepwiseFits>;

const keyOf = ({ experts, gate, components }: Place): string =>
  JSON.stringify([experts, gate, components]);

/** Responsibilities of as many experts as there shall be. */
function adapted(seed: number, { compiled, responsibility }: Fit, { components }: Place): Matrix[] {
  if (components === responsibility.rows) return [responsibility];
  if (components < responsibility.rows) return withOneLess(responsibility);
  return withOneMore(createRng(seed, 0, STREAM, components), compiled.target, responsibility);
}

/** A fit by its name and its numbers. */
export function stepOf(move: string, fit: Fit, criterion: string): Step {
  const summary = summaryOf(fit);
  const value = criterionOf(criterion, summary);
  return {
    move,
    formula: formulaText(fit.compiled.model),
    components: summary.components,
    logLikelihood: summary.logLikelihood,
    df: summary.df,
    criterion: Number.isFinite(value) ? value : null,
    converged: fit.best.converged,
    degenerate: fit.best.degenerate,
  };
}
