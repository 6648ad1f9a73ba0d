import { describe, expect, it } from "vitest";
import {
  compareRoutes,
  posteriorFromEvidence,
} from "../../../diagnostics/posterior-from-evidence.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";
import { moments } from "../../helpers/statistics.ts";

const logEvidence = {
  "1": { value: -1000, se: 0 },
  "2": { value: -998.5, se: 0.05 },
  "3": { value: -999, se: 0.1 },
};
const logPrior = (K: number) => [Number.NaN, 0.5, 0.3, 0.2].map(Math.log)[K]!;

describe("the posterior of K from evidences", () => {
  it("is prior times evidence, normalised", () => {
    const posterior = posteriorFromEvidence(logEvidence, logPrior);
    const terms = [0.5, 0.3 * Math.exp(1.5), 0.2 * Math.exp(1)];
    const total = terms[0]! + terms[1]! + terms[2]!;
    terms.forEach((term, k) => {
      expect(posterior[k + 1]!.value).toBeCloseTo(term / total, 12);
    });
  });

  it("has the standard errors that errors of the log evidences give", () => {
    const posterior = posteriorFromEvidence(logEvidence, logPrior);
    const rng = createRng(2);
    const draws = Array.from({ length: 20_000 }, () => {
      const shifted = Object.fromEntries(
        Object.entries(logEvidence).map(([K, { value, se }]) => [
          K,
          { value: value + se * normal(rng), se },
        ]),
      );
      return posteriorFromEvidence(shifted, logPrior);
    });
    for (const K of ["1", "2", "3"]) {
      const { variance } = moments(draws.map((draw) => draw[K]!.value));
      // The delta method leaves out terms of order se² ≈ 1 %.
      expect(posterior[K]!.se / Math.sqrt(variance)).toBeCloseTo(1, 1);
    }
  });

  it("gives an impossible K no probability and no error", () => {
    const posterior = posteriorFromEvidence(logEvidence, (K) =>
      K === 3 ? Number.NEGATIVE_INFINITY : 0,
    );
    expect(posterior["3"]).toEqual({ value: 0, se: 0 });
    expect(posterior["1"]!.value + posterior["2"]!.value).toBeCloseTo(1, 12);
  });
});

describe("two routes to p(K | y)", () => {
  it("differ most where the difference is largest in its errors", () => {
    const a = { "1": { value: 0.5, se: 0.03 }, "2": { value: 0.4, se: 0.01 } };
    const b = { "1": { value: 0.42, se: 0.04 }, "2": { value: 0.43, se: 0 } };
    expect(compareRoutes(a, b)).toEqual({ K: 2, z: expect.closeTo(3, 10) });
  });

  it("are not compared where both think a K all but impossible, or only one has it", () => {
    const a = { "1": { value: 0.001, se: 1e-9 }, "2": { value: 0.9, se: 0.1 } };
    expect(compareRoutes(a, { "1": { value: 0.002, se: 1e-9 } }).z).toBeNaN();
  });
});
