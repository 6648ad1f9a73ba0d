import { SamplerError } from "../src/core/errors.ts";
import type { Move, Sampler } from "../src/core/kernel.ts";
import type { Target } from "../src/core/target.ts";
import { initialize, type Start, starts } from "./initialize.ts";
import { allocate } from "./moves/allocate.ts";
import { permuteLabels } from "./moves/permute-labels.ts";
import { relocate } from "./moves/relocate.ts";
import { translateGate } from "./moves/translate-gate.ts";
import { updateExperts } from "./moves/update-experts.ts";
import { updateGate } from "./moves/update-gate.ts";
import { sweep } from "./sweep.ts";

/** What a Gibbs sampler can be told. */
export interface GibbsOptions {
  readonly start?: Start;
  /** One of the updates that the gate offers, or "default". */
  readonly gateUpdate?: string;
}

/**
 * Gibbs sampling for a fixed number of experts. Allocations come last, so that the log-likelihood they give
 * belongs to the state that the sweep returns, and right after the gate, whose weights they take as they are. Source: [diebolt1994], [fruhwirth2006] §8.
 */
export function gibbs(options: GibbsOptions = {}): Sampler {
  const { start = "kmeans", gateUpdate = "default", ...unknown } = options;
  checkOptions(start, Object.keys(unknown));
  return {
    name: "gibbs",
    reference: "[diebolt1994]",
    options: { ...options },
    compile(target) {
      if (typeof target.components !== "number") {
        throw new SamplerError(
          "gibbs needs a fixed number of components; the model has a prior on it. Use auto, reversible-jump or mfm",
        );
      }
      const moves = gibbsMoves(target, gateUpdate);
      return {
        ...sweep("gibbs", moves),
        moves: moves.map(({ name }) => name),
        init: (rng) => initialize(rng, target, start),
      };
    },
  };
}

function checkOptions(start: Start, unknown: readonly string[]): void {
  if (unknown.length > 0) {
    throw new SamplerError(
      `options of gibbs must be among start, gateUpdate; got ${unknown.join(", ")}`,
      { unknown },
    );
  }
  if (!starts.includes(start)) {
    throw new SamplerError(`start must be one of ${starts.join(", ")}; got "${start}"`, { start });
  }
}

/** The moves of one sweep in order. */
export function gibbsMoves(target: Target, gateUpdate: string) {
  return [
    ...translateGate(target),
    permuteLabels(target),
    updateExperts(target),
    updateGate(target, gateUpdate),
    ...relocation(target),
    allocate(target),
  ];
}

/** The mode finder beside a known density, where experts can be drawn anew. */
function relocation(target: Target): Move[] {
  const can = target.deviation !== undefined && target.expert.approximate !== undefined;
  return can ? [relocate(target)] : [];
}
