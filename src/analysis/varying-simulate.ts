import { binomial, gaussian, negativeBinomial, softmax } from "../../models/index.ts";
import { type VaryingModel, varying, varyingMoe } from "../../models/varying.ts";
import type { Table } from "../core/data.ts";
import { UsageError } from "../core/errors.ts";
import type { CoefficientCurve } from "../core/varying-fit.ts";
import { INTERCEPT } from "../data/design.ts";
import { tableFrom } from "../data/table.ts";
import { fastExp, fastLog } from "../math/exp.ts";
import { logistic } from "../math/log-sum-exp.ts";
import { applyRule, gaussLegendre } from "../math/quadrature.ts";
import { binomial as drawBinomial } from "../math/random/binomial.ts";
import { categoricalFromLog } from "../math/random/categorical.ts";
import { gamma } from "../math/random/gamma.ts";
import { normal } from "../math/random/normal.ts";
import { poisson } from "../math/random/poisson.ts";
import { createRng, type Rng, uniform } from "../math/rng.ts";
import { truthOfDispersion, type VaryingScenario, varyingScenarios } from "./varying-scenarios.ts";

export type { VaryingScenario } from "./varying-scenarios.ts";
export type VaryingFamilyName = "gaussian" | "binomial" | "negative-binomial";

export interface SimulateVaryingOptions {
  readonly family?: VaryingFamilyName;
  /** 1 … 10; 2 unless said. */
  readonly components?: number;
  readonly n: number;
  /** "well_separated" unless said. */
  readonly scenario?: VaryingScenario;
  /** What levels and slopes of the experts are apart is multiplied by this; 1.6 unless said. */
  readonly separation?: number;
  /** Functions that are constant: at the mean of what they would be. */
  readonly constant?: readonly TrueFunction[];
  /** Of each row of binomial responses; 12 unless said. */
  readonly trials?: number;
  readonly seed?: number;
}

type TrueFunction = Pick<CoefficientCurve, "component" | "part" | "term">;

/** Data from coefficient functions that are known. */
export interface SimulatedVarying {
  /** y, u (uniform on 0 … 1), z1 and x1 (standard normal); `trials`, or `log_size`, the offset of counts. */
  readonly table: Table;
  /** What fits the table. */
  readonly model: VaryingModel;
  /** The component of each row, 1 … K. */
  readonly component: Int32Array;
  /** The true function that a fit's curve of that name estimates; throws a UsageError for one that there is not. */
  truth(curve: TrueFunction, u: number): number;
}

const EXPERTS = {
  gaussian: gaussian("y ~ z1"),
  binomial: binomial("y ~ z1 + trials(trials)"),
  "negative-binomial": negativeBinomial("y ~ z1 + offset(log_size)"),
};
/** Experts' coefficients of a family are those of Gaussian ones times this, the intercept with the shift added. */
const SCALE = {
  gaussian: { times: 1, shift: 0 },
  binomial: { times: 0.85, shift: 0 },
  "negative-binomial": { times: 0.35, shift: fastLog(5) },
};
const LOG_SIZE_SD = 0.25;
const STREAM = 0x7673;

/** Simulates a varying-coefficient mixture of experts in one of five scenarios. Throws a UsageError for what cannot be. */
export function simulateVarying(options: SimulateVaryingOptions): SimulatedVarying {
  const { family = "gaussian", components: K = 2, n, trials = 12, seed = 1 } = options;
  checkOptions(options);
  const truth = withConstants(truthOf(options), options.constant ?? []);
  const rng = createRng(seed, 0, STREAM);
  const column = (): Float64Array => new Float64Array(n);
  const columns = { y: column(), u: column(), z1: column(), x1: column() };
  const extra = family === "gaussian" ? undefined : column();
  const component = new Int32Array(n);
  const logits = new Float64Array(K);
  for (let i = 0; i < n; i++) {
    const [u, z, x] = [uniform(rng), normal(rng), normal(rng)];
    const size = family === "negative-binomial" ? LOG_SIZE_SD * normal(rng) : 0;
    for (let k = 0; k < K; k++) {
      const of = { component: k + 1, part: "gate" } as const;
      logits[k] = truth({ ...of, term: INTERCEPT }, u) + x * truth({ ...of, term: "x1" }, u);
    }
    const k = categoricalFromLog(rng, logits) + 1;
    const of = { component: k, part: "experts" } as const;
    const eta = truth({ ...of, term: INTERCEPT }, u) + z * truth({ ...of, term: "z1" }, u);
    component[i] = k;
    [columns.u[i], columns.z1[i], columns.x1[i]] = [u, z, x];
    if (extra !== undefined) extra[i] = family === "binomial" ? trials : size;
    const dispersion = (): number => truth({ component: k, part: "dispersion", term: TERM }, u);
    columns.y[i] = DRAW[family](rng, eta + size, dispersion, trials);
  }
  const name = family === "binomial" ? "trials" : "log_size";
  const table = tableFrom({ ...columns, ...(extra === undefined ? {} : { [name]: extra }) });
  const declared = { experts: EXPERTS[family], gate: softmax("~ x1"), components: K };
  const model = varyingMoe({ ...declared, varying: varying("u") });
  return { table, model, component, truth };
}

const TERM = "";

const DRAW: Record<
  VaryingFamilyName,
  (rng: Rng, eta: number, dispersion: () => number, trials: number) => number
> = {
  gaussian: (rng, eta, dispersion) => eta + fastExp(dispersion()) * normal(rng),
  binomial: (rng, eta, _dispersion, trials) => drawBinomial(rng, trials, logistic(eta)),
  "negative-binomial"(rng, eta, dispersion) {
    const size = fastExp(dispersion());
    return poisson(rng, (fastExp(eta) * gamma(rng, size)) / size);
  },
};

function truthOf({
  family = "gaussian",
  components: K = 2,
  scenario = "well_separated",
  separation = 1.6,
}: SimulateVaryingOptions): SimulatedVarying["truth"] {
  const parts = Array.from({ length: K }, (_, k) =>
    varyingScenarios[scenario](k + 1, K, separation),
  );
  const { times, shift } = SCALE[family];
  const gate = (component: number, which: "gateLevel" | "gateSlope", u: number): number => {
    const at = (k: number): number => (k < K - 1 ? parts[k]![which](u) : 0);
    const mean = parts.reduce((sum, _, k) => sum + at(k) / K, 0);
    return at(component - 1) - mean;
  };
  return ({ component, part, term }, u) => {
    const of = parts[component - 1];
    if (of !== undefined && part === "dispersion" && family !== "binomial") {
      return truthOfDispersion[family](component, u);
    }
    if (of !== undefined && part === "experts" && term === INTERCEPT)
      return shift + times * of.level(u);
    if (of !== undefined && part === "experts" && term === "z1") return times * of.slope(u);
    if (of !== undefined && part === "gate" && term === INTERCEPT)
      return gate(component, "gateLevel", u);
    if (of !== undefined && part === "gate" && term === "x1")
      return gate(component, "gateSlope", u);
    throw new UsageError(
      `the simulated model has ${K} components of experts and gate with (Intercept) and z1 or x1; got ${term} of ` +
        `${part}, component ${component}`,
    );
  };
}

const RULE = gaussLegendre(12);

function withConstants(
  truth: SimulatedVarying["truth"],
  constant: readonly TrueFunction[],
): SimulatedVarying["truth"] {
  const means = new Map(
    constant.map((curve) => [nameOf(curve), applyRule(RULE, (u) => truth(curve, u), 0, 1)]),
  );
  return (curve, u) => means.get(nameOf(curve)) ?? truth(curve, u);
}

const nameOf = ({ component, part, term }: TrueFunction): string =>
  part === "dispersion" ? `${part} ${component}` : `${part} ${component} ${term}`;

const MOST_COMPONENTS = 10;

function checkOptions({
  family = "gaussian",
  components = 2,
  n,
  scenario = "well_separated",
  separation = 1.6,
  trials = 12,
}: SimulateVaryingOptions): void {
  const whole = (value: number, least: number): boolean =>
    Number.isSafeInteger(value) && value >= least;
  const must: [boolean, string, unknown][] = [
    [family in EXPERTS, `\`family\` must be one of ${Object.keys(EXPERTS).join(", ")}`, family],
    [
      scenario in varyingScenarios,
      `\`scenario\` must be one of ${Object.keys(varyingScenarios).join(", ")}`,
      scenario,
    ],
    [
      whole(components, 1) && components <= MOST_COMPONENTS,
      `\`components\` must be a whole number from 1 to ${MOST_COMPONENTS}`,
      components,
    ],
    [whole(n, 2), "`n` must be a whole number ≥ 2", n],
    [Number.isFinite(separation), "`separation` must be a finite number", separation],
    [whole(trials, 1), "`trials` must be a whole number ≥ 1", trials],
  ];
  for (const [isSo, message, found] of must) {
    if (!isSo) throw new UsageError(`${message}; got ${String(found)}`);
  }
}
