import { describe, expect, it } from "vitest";
import { roundsOf } from "../../../samplers/row-ratios.ts";
import { laneShareLoops } from "../../../samplers/share-lanes.ts";
import { plainShareLoops, type Share, type ShareLoops } from "../../../samplers/share-loops.ts";
import type { Vector } from "../../../src/math/matrix.ts";
import { normal } from "../../../src/math/random/normal.ts";
import { createRng, type Rng } from "../../../src/math/rng.ts";

const SHARES = 4;

function bothOf(n: number): { plain: ShareLoops; lanes: ShareLoops } {
  const lanes = laneShareLoops(n, SHARES, roundsOf(n));
  if (lanes === undefined) throw new Error("this engine has no WebAssembly of pairs of doubles");
  return { plain: plainShareLoops(n, roundsOf(n)), lanes };
}

const fill = (rng: Rng, out: Vector, sd: number): void => {
  for (let i = 0; i < out.length; i++) out[i] = sd * normal(rng);
};

const positive = (rng: Rng, out: Vector): void => {
  for (let i = 0; i < out.length; i++) out[i] = Math.abs(normal(rng)) + 1e-3;
};

/** Everything that the loops write or return, in a line. */
function trace(loops: ShareLoops, seed: number, sd: number): (number | boolean)[] {
  const rng = createRng(seed);
  const [one, other, sum] = [loops.share(), loops.share(), loops.share()];
  const { total, unit, density, logDensity, ratio } = loops;
  positive(rng, total.gate);
  positive(rng, total.joint);
  for (const out of [unit.gate, unit.joint, density]) fill(rng, out, 1);
  const out: (number | boolean)[] = [];
  const seen = (...vectors: Vector[]) => out.push(...vectors.flatMap((vector) => [...vector]));
  const seenShare = ({ gate, joint }: Share) => seen(gate, joint);
  for (const share of [one, other]) {
    fill(rng, share.logGate, sd);
    fill(rng, share.joint, sd);
    out.push(loops.exponentiate(share));
    seenShare(share);
    fill(rng, share.joint, sd);
    out.push(loops.exponentiateDensity(share));
    seenShare(share);
  }
  loops.add(one, other, sum);
  seenShare(sum);
  loops.ratios(sum);
  seen(ratio);
  fill(rng, logDensity, sd);
  out.push(loops.most());
  for (let round = 0; round < roundsOf(density.length); round++) {
    out.push(loops.newborn(one, round));
  }
  seenShare(one);
  seen(ratio);
  return out;
}

describe("the loops by WebAssembly", () => {
  it.each([1, 2, 3, 7, 15, 16, 17, 100, 149, 150, 511, 512, 1023])(
    "give the bits of the plain ones with %i rows",
    (n) => {
      const { plain, lanes } = bothOf(n);
      const expected = trace(plain, n, 3);
      const found = trace(lanes, n, 3);
      expect(found.length).toBe(expected.length);
      expect(found.findIndex((value, i) => !Object.is(value, expected[i]))).toBe(-1);
    },
  );

  it.each([
    ["beyond the range of exponents", 310, false],
    ["far below it", -2000, true],
    ["not a number", Number.NaN, false],
    ["minus infinity", Number.NEGATIVE_INFINITY, true],
  ])("say like the plain ones that the last row is %s", (_, value, isInRange) => {
    for (const n of [6, 7]) {
      const { plain, lanes } = bothOf(n);
      for (const loops of [plain, lanes]) {
        const share = loops.share();
        loops.total.gate.fill(1);
        loops.total.joint.fill(1);
        share.joint[n - 1] = value;
        expect(loops.exponentiate(share)).toBe(isInRange);
        share.joint[n - 1] = value;
        expect(loops.exponentiateDensity(share)).toBe(isInRange);
        loops.logDensity[n - 1] = value;
        const rounds = Array.from({ length: roundsOf(n) }, (_, r) => loops.newborn(share, r));
        expect(rounds.some(Number.isNaN)).toBe(!isInRange);
      }
    }
  });
});

it("every row is looked at in one round", () => {
  for (const n of [1, 2, 9, 16, 40, 101]) {
    const loops = plainShareLoops(n, roundsOf(n));
    const share = loops.share();
    loops.total.gate.fill(2);
    loops.total.joint.fill(1);
    loops.logDensity.fill(0.5);
    let most = 0;
    for (let round = 0; round < roundsOf(n); round++) most += loops.newborn(share, round);
    expect(most).toBeCloseTo(loops.most(), 12);
    // (1 + e^0.5) · 2 / ((2 + 1) · 1).
    for (const ratio of loops.ratio) expect(ratio).toBeCloseTo((2 / 3) * (1 + Math.exp(0.5)), 12);
  }
});
