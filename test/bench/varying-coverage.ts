// How often intervals and bands of each kind hold the truth: simulated data (two well separated components), 19 grid points
// from 0.05 to 0.95. Coefficients, then their differences between the components, then probabilities of component 1 at
// three values of the gate's covariate. With replicates of the parametric bootstrap, coefficients by those too.
// node <bundle> [replicates] [first seed] [n] [bandwidth] [family] [separation] [bootstrap]
import { fitVarying } from "../../src/analysis/varying.ts";
import {
  type BandOptions,
  type VaryingBand,
  varyingBands,
} from "../../src/analysis/varying-bands.ts";
import { bootstrapVarying } from "../../src/analysis/varying-bootstrap.ts";
import { simulateVarying, type VaryingFamilyName } from "../../src/analysis/varying-simulate.ts";
import { tableFrom } from "../../src/data/table.ts";
import { median } from "../../src/math/order.ts";

const [replicates = 200, first = 1, n = 300, bandwidth = 0.25] = process.argv
  .slice(2, 6)
  .map(Number);
const family = (process.argv[6] ?? "gaussian") as VaryingFamilyName;
/** Counts are hard to tell apart. */
const separation = Number(process.argv[7] ?? (family === "negative-binomial" ? 4 : 1.6));
const bootstrap = Number(process.argv[8] ?? 0);
const BOOTSTRAP = `bootstrap, ${bootstrap}`;
const X = [-1, 0, 1];
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

type Truth = ReturnType<typeof simulateVarying>["truth"];

/** What a band estimates at u; undefined where another one says the same. */
function truthOf({ component, against, part, term }: VaryingBand, truth: Truth) {
  if (part === "probability") {
    if (component === 2) return undefined;
    const x = X[Number(term) - 1]!;
    return (u: number): number => {
      const logit = (k: number): number =>
        truth({ component: k, part: "gate", term: "(Intercept)" }, u) +
        x * truth({ component: k, part: "gate", term: "x1" }, u);
      return 1 / (1 + Math.exp(logit(2) - logit(1)));
    };
  }
  const of = (k: number, u: number): number => truth({ component: k, part, term }, u);
  if (against !== undefined) return (u: number): number => of(component, u) - of(against, u);
  return part === "gate" && component === 2 ? undefined : (u: number): number => of(component, u);
}

function nameOf({ component, against, part, term }: VaryingBand): string {
  if (part === "probability") return `probability ${component} at x1 = ${X[Number(term) - 1]}`;
  return `${part} ${component}${against === undefined ? "" : ` less ${against}`} ${term}`;
}

let [fitting, banding] = [0, 0];
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
for (let r = 0; r < replicates; r++) {
  const { table, model, truth } = simulateVarying({ family, n, seed: first + r, separation });
  const before = cpu();
  const { fit } = fitVarying(model, table, { bandwidth, grid });
  fitting += cpu() - before;
  for (const [kind, options] of Object.entries(kinds)) {
    const start = cpu();
    const asked = { ...options, contrasts: true, at: tableFrom({ x1: X }) };
    const { curves, contrasts, probabilities } = varyingBands(fit, table, asked);
    if (kind === "parabolas") banding += cpu() - start;
    for (const band of [...curves, ...contrasts, ...probabilities]) {
      const value = truthOf(band, truth);
      if (value !== undefined) record(tallyOf(nameOf(band), kind), band, band.u.map(value));
    }
  }
  if (bootstrap === 0) continue;
  const { curves } = await bootstrapVarying(fit, table, { replicates: bootstrap, workers: 1 });
  for (const band of curves) {
    const value = truthOf(band, truth);
    if (value !== undefined) record(tallyOf(nameOf(band), BOOTSTRAP), band, band.u.map(value));
  }
}

console.log(
  `${family}, separation ${separation}, n = ${n}, bandwidth ${bandwidth}: ${replicates} replicates from seed ${first}; CPU a replicate: fit ` +
    `${(fitting / replicates).toFixed(3)} s, bands ("parabolas") ${(banding / replicates).toFixed(3)} s`,
);
const columns = [...Object.keys(kinds), ...(bootstrap === 0 ? [] : [BOOTSTRAP])];
console.log(`| function | ${columns.join(" | ")} |`);
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
  "Each cell: RMSE of the centre, median standard error (of probabilities that of the log odds), pointwise and simultaneous coverage.",
);
