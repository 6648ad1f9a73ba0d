// How often intervals and bands of each kind hold the truth: simulated data (two well separated components), 19 grid points
// from 0.05 to 0.95. node <bundle> [replicates] [first seed] [n] [bandwidth] [family]
import { fitVarying } from "../../src/analysis/varying.ts";
import {
  type BandOptions,
  type VaryingBand,
  varyingBands,
} from "../../src/analysis/varying-bands.ts";
import { simulateVarying, type VaryingFamilyName } from "../../src/analysis/varying-simulate.ts";
import { median } from "../../src/math/order.ts";

const [replicates = 200, first = 1, n = 300, bandwidth = 0.25] = process.argv
  .slice(2, 6)
  .map(Number);
const family = (process.argv[6] ?? "gaussian") as VaryingFamilyName;
const grid = Array.from({ length: 19 }, (_, g) => (g + 1) / 20);

const kinds: Readonly<Record<string, BandOptions>> = {
  "as VCMoE 0.1.0": { kind: "gumbel", bias: "none", smallSample: false },
  "lines, plain": { bias: "none", smallSample: false },
  lines: { bias: "none" },
  parabolas: {},
  "parabolas, multiplier": { kind: "multiplier" },
};

interface Tally {
  curves: number;
  points: number;
  squares: number;
  readonly se: number[];
  pointwise: number;
  simultaneous: number;
  missing: number;
}

const tallies = new Map<string, Map<string, Tally>>();

function tallyOf(curve: string, kind: string): Tally {
  const byKind = tallies.get(curve) ?? new Map<string, Tally>();
  tallies.set(curve, byKind);
  const none = { curves: 0, points: 0, squares: 0, se: [], missing: 0 };
  const tally = byKind.get(kind) ?? { ...none, pointwise: 0, simultaneous: 0 };
  byKind.set(kind, tally);
  return tally;
}

/** Points without a band count as missed. */
function record(tally: Tally, band: VaryingBand, truth: readonly number[]): void {
  const isIn = (lower: readonly number[], upper: readonly number[]) => (value: number, g: number) =>
    value >= lower[g]! && value <= upper[g]!;
  tally.curves++;
  tally.points += truth.length;
  tally.missing += band.missing?.length ?? 0;
  tally.pointwise += truth.filter(isIn(band.lower, band.upper)).length;
  const whole = truth.every(isIn(band.simultaneousLower, band.simultaneousUpper));
  tally.simultaneous += whole ? 1 : 0;
  truth.forEach((value, g) => {
    tally.squares += (band.centre[g]! - value) ** 2;
    tally.se.push(band.se[g]!);
  });
}

let [fitting, banding] = [0, 0];
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
for (let r = 0; r < replicates; r++) {
  const { table, model, truth } = simulateVarying({ family, n, seed: first + r, separation: 1.6 });
  const before = cpu();
  const { fit } = fitVarying(model, table, { bandwidth, grid });
  fitting += cpu() - before;
  for (const [kind, options] of Object.entries(kinds)) {
    const start = cpu();
    const { curves } = varyingBands(fit, table, options);
    if (kind === "parabolas") banding += cpu() - start;
    for (const band of curves) {
      const { component, part, term, u } = band;
      if (part === "probability" || (part === "gate" && component === 2)) continue;
      const name = `${part} ${component} ${term}`;
      const values = u.map((at) => truth({ component, part, term }, at));
      record(tallyOf(name, kind), band, values);
    }
  }
}

console.log(
  `${family}, n = ${n}, bandwidth ${bandwidth}: ${replicates} replicates from seed ${first}; CPU a replicate: fit ` +
    `${(fitting / replicates).toFixed(3)} s, bands ("parabolas") ${(banding / replicates).toFixed(3)} s`,
);
console.log(`| function | ${Object.keys(kinds).join(" | ")} |`);
for (const [name, byKind] of tallies) {
  const cells = [...byKind.values()].map(({ curves, points, squares, se, ...tally }) => {
    const numbers = [Math.sqrt(squares / points), median(Float64Array.from(se))].map((value) =>
      value.toFixed(3),
    );
    const shares = [tally.pointwise / points, tally.simultaneous / curves];
    const missing = tally.missing > 0 ? ` (${tally.missing} missing)` : "";
    return `${numbers.join(" ")} ${shares.map((value) => value.toFixed(3)).join(" ")}${missing}`;
  });
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}
console.log(
  "Each cell: RMSE of the centre, median standard error, pointwise and simultaneous coverage.",
);
