import { describe, expect, test } from "vitest";
import { degenerateExperts } from "../../samplers/em/degenerate.ts";
import { type EmStart, emStart, emStarts } from "../../samplers/em/starts.ts";
import { em } from "../../samplers/em.ts";
import { createRng } from "../../src/math/rng.ts";
import { crossingLines, emTarget, stateAt, toneNeeds } from "../helpers/em-problems.ts";

/** Climbs from several starts of several kinds, highest first. */
function climbs(components: number, kinds: readonly EmStart[], each: number) {
  const needs = toneNeeds({ components });
  return kinds
    .flatMap((kind) =>
      Array.from({ length: each }, (_, s) => {
        const result = em(needs.target, emStart(createRng(7, s), needs, kind).state);
        return { ...result, experts: degenerateExperts(needs.target, result.state) };
      }),
    )
    .toSorted((a, b) => b.logLikelihood - a.logLikelihood);
}

describe("degenerate experts of the tone data", () => {
  test("are none at the regular maximum of two, and the spike on y = x beside it is found", () => {
    // About one random start in seven ends on the spike: all of 40 miss it with probability 0.002.
    const results = climbs(2, ["random"], 40);
    const regular = results.find(({ logLikelihood }) => Math.abs(logLikelihood - 142.848) < 1e-3)!;
    const spike = results.find(({ logLikelihood }) => Math.abs(logLikelihood - 145.65) < 0.01)!;
    expect(regular.experts).toEqual([]);
    expect(spike.converged).toBe(true);
    expect(spike.experts).toHaveLength(1);
    expect(spike.experts[0]!.why).toBe("exact-rows");
    expect(spike.experts[0]!.exact).toBeGreaterThanOrEqual(8);
    expect(spike.experts[0]!.sd).toBeCloseTo(0.0045, 4);
  });

  test.each([3, 4])("are part of the highest maxima of %i", (components) => {
    const results = climbs(components, emStarts, 2);
    for (const { experts } of results.slice(0, 8)) expect(experts.length).toBeGreaterThan(0);
  });

  test("are not counted where a floor holds them", () => {
    const needs = toneNeeds({ components: 3 });
    const start = emStart(createRng(1), needs, "smaller").state;
    const { state, atFloor } = em(needs.target, start, { sdFloor: 0.02 });
    expect(atFloor).toHaveLength(1);
    expect(degenerateExperts(needs.target, state, 0.02)).toEqual([]);
  });
});

describe("degenerate experts", () => {
  const { x, y } = crossingLines(3, 60);
  const counts = crossingLines(3, 60, "poisson");

  test("are none of those that generated the data, however narrow", () => {
    const wide = y.map((v, i) => (i % 2 === 0 ? x[i]! + 0.02 * v : 3 + v));
    const target = emTarget({ x, y: wide }, { components: 2, standardize: false });
    const { state } = em(
      target,
      stateAt(target, [
        [0, 1, 0.05],
        [3, 0, 1.5],
      ]),
    );
    expect(state.theta.data[2]! / state.theta.data[5]!).toBeLessThan(0.1);
    expect(degenerateExperts(target, state)).toEqual([]);
  });

  test("are those that run away, and those on hardly any rows", () => {
    const target = emTarget({ x, y }, { components: 2, standardize: false });
    const slope = (y[1]! - y[0]!) / (x[1]! - x[0]!);
    const through = [y[0]! - slope * x[0]!, slope];
    const narrow = (sd: number) =>
      stateAt(target, [
        [0, 0, 2],
        [...through, sd],
      ]);
    const why = (sd: number) => degenerateExperts(target, narrow(sd)).map((one) => one.why);
    expect(why(0.003)).toEqual(["few-rows"]);
    const { state, converged } = em(target, narrow(1e-5));
    expect(converged).toBe(false);
    expect(degenerateExperts(target, state).map((one) => one.why)).toEqual(["collapsed"]);
  });

  test("need an sd", () => {
    const target = emTarget(counts, { components: 2, family: "poisson" });
    const state = stateAt(target, [
      [0.5, 1],
      [0.5, -1],
    ]);
    expect(degenerateExperts(target, state)).toEqual([]);
  });
});
