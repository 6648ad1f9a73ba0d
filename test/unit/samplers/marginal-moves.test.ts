import { describe, expect, test } from "vitest";
import { hamiltonian } from "../../../samplers/marginal/hamiltonian.ts";
import { independence } from "../../../samplers/marginal/independence.ts";
import { labelsAt } from "../../../samplers/marginal/labels.ts";
import { emptyPlace, type Surroundings } from "../../../samplers/marginal/place.ts";
import { reference } from "../../../samplers/marginal/reference.ts";
import type { PointLayout } from "../../../src/core/marginal-derivatives.ts";
import type { MarginalPosterior } from "../../../src/core/marginal-posterior.ts";
import { matrix, type Vector } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng } from "../../../src/math/rng.ts";
import { moments } from "../../helpers/statistics.ts";

/** Two components of one contrast and one expert coordinate each, (c, x1, x2). */
const PAIR: PointLayout = {
  dimension: 3,
  components: 2,
  q: 1,
  p: 1,
  d: 1,
  gate: (k) => k,
  expert: (k) => 1 + k,
};

const unused = () => {
  throw new Error("not needed here");
};

/** A posterior whose coordinates are independent and normal around 0. */
function independentNormals(layout: PointLayout, sds: readonly number[]): MarginalPosterior {
  const value = (point: Vector): number =>
    sds.reduce((sum, sd, j) => sum - 0.5 * (point[j]! / sd) ** 2, 0);
  return {
    layout,
    logPrior: () => 0,
    logLikelihood: value,
    value,
    gradient(point, _, out) {
      sds.forEach((sd, j) => {
        out[j] = -point[j]! / sd ** 2;
      });
      return value(point);
    },
    derivatives: unused,
    allocate: unused,
  };
}

const diagonal = (sds: readonly number[]): Vector => {
  const R = new Float64Array(sds.length ** 2);
  sds.forEach((sd, j) => {
    R[j * (sds.length + 1)] = 1 / sd;
  });
  return R;
};

/** Everything in one numbering: of one component there is no other. */
function single(sds: readonly number[], ofReference: readonly number[], D = sds.length) {
  const layout = { ...PAIR, dimension: D, components: 1, q: 0, d: D, expert: () => 0 };
  const mean = new Float64Array(D);
  return {
    posterior: independentNormals(layout, sds),
    reference: reference(mean, diagonal(ofReference)),
    labels: labelsAt(layout, matrix(1, D), new Float64Array(D).fill(1)),
    base: 0,
  } satisfies Surroundings;
}

function started(surroundings: Surroundings, point: readonly number[]) {
  const place = emptyPlace(point.length);
  place.point.set(point);
  place.value = surroundings.posterior.value(place.point, 0);
  place.squares = surroundings.reference.whiten(place.point, new Float64Array(point.length));
  return place;
}

describe("Hamiltonian moves", () => {
  const sds = Array.from({ length: 30 }, (_, j) => 0.1 + 0.3 * j);

  test.each([0.05, 0.4228, 1, 3])(
    "are all accepted where the posterior is the normal reference: tan(h / 2) = %d",
    (tangent) => {
      const surroundings = single(sds, sds);
      const place = started(surroundings, sds);
      const step = hamiltonian(surroundings);
      const rng = createRng(1);
      for (let t = 0; t < 200; t++) expect(step(rng, place, { tangent, steps: 3 })).toBe(true);
    },
  );

  /** How often moves over a fixed total angle are accepted, kicks being `factor` times what they should be. */
  function acceptance(tangent: number, steps: number, factor = 1): number {
    const surroundings = single(
      sds,
      sds.map((sd, j) => sd * (j % 2 === 0 ? 1.3 : 0.8)),
    );
    const { posterior } = surroundings;
    const kicked: MarginalPosterior = {
      ...posterior,
      gradient(point, base, out) {
        const value = posterior.gradient(point, base, out);
        out.forEach((g, j) => {
          out[j] = factor * g;
        });
        return value;
      },
    };
    const place = started(surroundings, sds);
    const step = hamiltonian({ ...surroundings, posterior: kicked });
    const rng = createRng(2);
    let accepted = 0;
    for (let t = 0; t < 400; t++) if (step(rng, place, { tangent, steps })) accepted++;
    return accepted / 400;
  }

  test("lose nothing as steps shrink, unless kicks have a wrong size", () => {
    // Energy errs by the square of the step: at 1/40 of a step that errs by about 1, by less than 0.001.
    expect(acceptance(0.01, 80)).toBeGreaterThan(0.99);
    expect(acceptance(0.01, 80, 1.3)).toBeLessThan(0.9);
  });

  test("leave a posterior unlike the reference as it is", () => {
    const surroundings = single([1, 2], [1.4, 1.5]);
    const step = hamiltonian(surroundings);
    const rng = createRng(3);
    const ends: number[][] = [[], [], [], []];
    for (let t = 0; t < 20_000; t++) {
      // From the posterior itself, so that draws are independent.
      const place = started(surroundings, [normal(rng), 2 * normal(rng)]);
      step(rng, place, { tangent: 0.6, steps: 2 });
      const [a, b] = [place.point[0]!, place.point[1]! / 2];
      [a * a, b * b, a * b, a].forEach((x, j) => {
        ends[j]!.push(x);
      });
    }
    [1, 1, 0, 0].forEach((expected, j) => {
      const { mean, variance, count } = moments(Float64Array.from(ends[j]!));
      expect(Math.abs(mean - expected)).toBeLessThan(4.5 * Math.sqrt(variance / count));
    });
  });
});

describe("independence Metropolis on one numbering", () => {
  const SDS = [1.2, 1, 1] as const;

  /**
   * Means over canonical draws of c, |x2 − x1| and c (x2 − x1), which for a posterior that does not tell components
   * apart are 0, 2 / √π and 0, from a reference that tells them apart; with standard errors over chains.
   */
  function run(broken: (whole: Surroundings) => Surroundings) {
    const places = matrix(2, 2, Float64Array.of(0, -0.5, 0, 0.5));
    const whole: Surroundings = {
      posterior: independentNormals(PAIR, SDS),
      reference: reference(Float64Array.of(1, -0.4, 0.4), diagonal([1.5, 1.1, 1.3])),
      labels: labelsAt(PAIR, places, Float64Array.of(0, 1)),
      base: 1,
    };
    const surroundings = broken(whole);
    const step = independence(surroundings);
    const means = [0, 1, 2].map(() => new Float64Array(40));
    for (let chain = 0; chain < 40; chain++) {
      const rng = createRng(4, chain);
      let place = started(surroundings, [0, -0.5, 0.5]);
      for (let t = 0; t < 2500; t++) {
        step(rng, place);
        const [c, a, b] = place.point as unknown as [number, number, number];
        // The same state in the numbering that the labels ask for.
        if (!whole.labels.isCanonical(place.point)) place = started(surroundings, [-c, b, a]);
        const gap = Math.abs(b - a);
        [place.point[0]!, gap, place.point[0]! * gap].forEach((x, j) => {
          means[j]![chain]! += x / 2500;
        });
      }
    }
    return means.map((values, j) => {
      const { mean, variance, count } = moments(values);
      return (mean - [0, 2 / Math.sqrt(Math.PI), 0][j]!) / Math.sqrt(variance / count);
    });
  }

  const worst = (z: readonly number[]): number => Math.max(...z.map(Math.abs));

  test("has the posterior of that numbering", () => {
    expect(worst(run((whole) => whole))).toBeLessThan(4.5);
  });

  test("would not without the proposals' density", () => {
    const broken = run((whole) => ({
      ...whole,
      reference: { ...whole.reference, logDensity: () => 0 },
    }));
    expect(worst(broken)).toBeGreaterThan(10);
  });

  test("would not if it took proposals in other numberings", () => {
    const broken = run((whole) => ({
      ...whole,
      labels: { ...whole.labels, isCanonical: () => true },
    }));
    expect(worst(broken)).toBeGreaterThan(10);
  });
});

test("labels undo any relabelling", () => {
  const layout: PointLayout = {
    ...PAIR,
    dimension: 11,
    components: 4,
    d: 2,
    expert: (k) => 3 + 2 * k,
  };
  const rng = createRng(6);
  const places = matrix(4, 3);
  for (let at = 0; at < 12; at++) places.data[at] = normal(rng);
  const labels = labelsAt(layout, places, Float64Array.of(0.5, 1, 2));
  const order = new Int32Array(4);
  const seen = new Set<string>();
  for (let t = 0; t < 300; t++) {
    const point = Float64Array.from({ length: 11 }, () => normal(rng));
    labels.order(point, order);
    seen.add(order.join());
    const gate = (k: number) => (k < 3 ? point[k]! : 0);
    const canonical = Float64Array.from([
      ...[0, 1, 2].map((l) => gate(order[l]!) - gate(order[3]!)),
      ...Array.from(order).flatMap((k) => [point[3 + 2 * k]!, point[4 + 2 * k]!]),
    ]);
    expect(labels.isCanonical(canonical)).toBe(true);
    expect(labels.isCanonical(point)).toBe(order.join() === "0,1,2,3");
  }
  expect(seen.size).toBeGreaterThan(12);
});
