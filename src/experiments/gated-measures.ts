import {
  functionalGateLoss,
  type GatedMeasure,
  hellinger,
  type VoronoiLoss,
  voronoiLoss,
} from "../../diagnostics/losses/index.ts";
import { fastExp } from "../math/exp.ts";
import { coordinateErrors, type Measured } from "./coordinate-errors.ts";
import { gatedDensityOf } from "./densities.ts";
import { atomOf, type Fitted, mergedByCell } from "./mixing.ts";
import type { Measure, Truth } from "./plan.ts";
import { covariatesOf, familyOf } from "./truth.ts";

/** A truth with a softmax gate, a fit, and the loss that says which atoms belong together. */
interface Compared {
  readonly truth: Truth;
  readonly family: "gaussian" | "tanh";
  readonly star: GatedMeasure;
  readonly fit: Fitted;
  readonly loss: VoronoiLoss;
  /** Whether the fit has more atoms than the truth. */
  readonly more: boolean;
}

/** Means over covariates: the tolerance is far below what replicates differ by. */
const options = { tolerance: 1e-5 };

/** The measures that are wanted of a fit under a softmax gate. */
export function gatedMeasures(truth: Truth, fit: Fitted, wanted: readonly Measure[]): Measured {
  const family = familyOf(truth);
  const more = fit.experts.length > truth.experts.length;
  const star = { gate: truth.gate!, experts: truth.experts.map(atomOf) };
  const powers = more ? (family === "tanh" ? "strong" : "published") : "exact";
  const loss = voronoiLoss(fit, star, powers);
  const compared = { truth, family, star, fit, loss, more } as const;
  return Object.assign({}, ...wanted.map((what) => measures[what](compared)));
}

const measures: Readonly<Record<Measure, (of: Compared) => Measured>> = {
  loss: ({ star, fit, loss, more, family }) => ({
    loss: loss.value,
    loss_mass: loss.mass,
    ...(more && family === "gaussian"
      ? { loss_refined: voronoiLoss(fit, star, "refined").value }
      : {}),
  }),
  functional: ({ truth, star, fit, more, family }) => {
    const mode = more ? (family === "tanh" ? "strong" : "refined") : "exact";
    const { value } = functionalGateLoss(fit, star, covariatesOf(truth), mode, options);
    return { functional: value };
  },
  hellinger: ({ truth, star, fit, family }) => {
    const [p, q] = [gatedDensityOf(family, fit), gatedDensityOf(family, star)];
    return { hellinger: hellinger(p, q, covariatesOf(truth), options).value };
  },
  parameters: ({ star, fit, family, loss: { cells, translation } }) =>
    coordinateErrors({
      cells,
      mass: fit.gate.map(({ intercept }) => fastExp(intercept - translation.intercept)),
      truth: star.experts,
      fit: fit.experts,
      gate: {
        truth: star.gate.map(({ slopes }) => slopes),
        fit: fit.gate.map(({ slopes }) => slopes.map((s, c) => s - translation.slopes[c]!)),
      },
      first: family === "tanh" ? "amplitude" : "intercept",
    }),
  merged: ({ star, fit, loss, family }) => ({
    merged: voronoiLoss(mergedByCell(fit, loss.cells, family), star, "exact").value,
  }),
  lambda: () => ({}),
};
