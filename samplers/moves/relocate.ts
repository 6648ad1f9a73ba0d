import type { Info, Move } from "../../src/core/kernel.ts";
import { firstRows } from "../../src/core/mixture.ts";
import type { State, Target } from "../../src/core/target.ts";
import { fastLog } from "../../src/math/exp.ts";
import { matrix, row } from "../../src/math/matrix.ts";
import { integerBelow, type Rng, uniform } from "../../src/math/rng.ts";
import { classesOf, classify, redraw } from "../relocation/classes.ts";
import { gateRow } from "../relocation/gate-row.ts";
import { rowProposal } from "../relocation/proposal.ts";
import { restOf } from "../relocation/rest.ts";
import { drawShare } from "./allocate-deviated.ts";
import { count } from "./marginal.ts";

/** How often the move is tried once warm-up, where it finds the modes, is over. */
const RATE = 0.2;

/**
 * Takes one component of a deviated mixture from its rows and gives it others, whoever made them: the known density or
 * other components. Summed out are the share λ, which of the other components made a row, and, where the experts are
 * conjugate, its parameters. Anchors, a few random rows, say where the component goes: a few steps of EM from them propose
 * who made each row. In reverse the anchors are drawn among its own rows, so rows and anchors are proposed independently
 * of the present ones. Needs `approximate`. Source: [jain2007] (launches), [tierney1994] §2.3.2 (independent proposals).
 */
export function relocate(target: Target): Move {
  const move = relocation(target);
  return {
    name: "relocate",
    parts: ["relocate, in every sweep of warm-up and on average every fifth after it"],
    step(rng, state, warmup = false) {
      const info: Info = {};
      if (!warmup && uniform(rng) >= RATE) return { state, info };
      count(info, "relocate.proposed");
      if (move(rng, state)) count(info, "relocate.accepted");
      drawShare(rng, target.deviation!, state.deviation!);
      return { state, info };
    },
  };
}

/** A function that relocates one component, in place; whether it did. */
function relocation(target: Target): (rng: Rng, state: State) => boolean {
  const { n, capacity, gate } = target;
  const rest = restOf(target);
  const rows = rowProposal(target);
  const ofGate = gateRow(target);
  const ofExpert = expertDraw(target);
  const gates = matrix(capacity, n);

  return (rng, state) => {
    const free = state.theta.rows - gate.fixedRows;
    if (free === 0) return false;
    const k = integerBelow(rng, free);
    const present = classify(n, classesOf(state, k));
    if (present.own.length > 0 && present.own.length < rows.anchorCount) return false;
    rest.keep(state, k);
    const [theta, gamma] = [row(state.theta, k), row(state.gamma, k)];
    const old =
      rows.logWeight(rng, rest, present) +
      ofExpert.logWeight(present.own, theta) +
      ofGate.logWeight(present, rest, gamma);
    const { classes, logWeight } = rows.draw(rng, rest);
    const [newTheta, newGamma] = [theta.slice(), gamma.slice()];
    const proposed =
      logWeight +
      ofExpert.draw(rng, classes.own, newTheta) +
      ofGate.draw(rng, classes, rest, newGamma);
    if (!(fastLog(uniform(rng)) < proposed - old)) return false;
    theta.set(newTheta);
    gamma.set(newGamma);
    const logProbability = firstRows(gates, state.theta.rows);
    gate.logProbability(state.gamma, logProbability);
    redraw(rng, state, k, classes, rest, logProbability);
    return true;
  };
}

/** Parameters of an expert given its rows, with log of prior times densities over that of the draw. */
function expertDraw({ expert }: Target) {
  const approximate = (rows: Int32Array) =>
    expert.approximate!({ rows, weight: new Float64Array(rows.length).fill(1) });
  return {
    draw(rng: Rng, rows: Int32Array, theta: Float64Array): number {
      if (rows.length > 0) return approximate(rows).draw(rng, theta);
      expert.samplePrior(rng, theta);
      return 0;
    },
    logWeight: (rows: Int32Array, theta: Float64Array): number =>
      rows.length === 0 ? 0 : approximate(rows).logWeight(theta),
  };
}
