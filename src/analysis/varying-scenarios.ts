/** Coefficient functions of one component; `gate` is relative to the last component. */
export interface ComponentTruth {
  readonly level: (u: number) => number;
  readonly slope: (u: number) => number;
  readonly gateLevel: (u: number) => number;
  readonly gateSlope: (u: number) => number;
}

export type VaryingScenario =
  | "well_separated"
  | "moderate"
  | "near_overlap"
  | "crossing"
  | "imbalanced_gating";

/** `component` 1 … K of K; `separation` 1 or so. */
type Truth = (component: number, components: number, separation: number) => ComponentTruth;

const sin = (u: number): number => Math.sin(2 * Math.PI * u);
const common = (u: number): number => 0.1 * Math.sin(Math.PI * u);
const tilt = (u: number): number => 0.15 + 0.1 * u;

/** Of two components the functions are those of the R package VCMoE; of more they go on in the same manner. */
const separated: Truth = (c, _K, s) => {
  const isOdd = c % 2 === 1;
  const sign = isOdd ? 1 : -1;
  const wave = (u: number): number =>
    isOdd ? 0.35 * sin(u + (c - 1) / 8) : 0.25 * Math.cos(2 * Math.PI * (u + (c - 2) / 8));
  return {
    level: (u) => common(u) + s * (c - 1.45 + wave(u)),
    slope: (u) => tilt(u) + s * (isOdd ? 0.35 + 0.25 * u : -0.35 + 0.3 * (u - 0.5) ** 2),
    gateLevel: (u) => sign * (-0.2 + 0.7 * (u - 0.5)),
    gateSlope: (u) => sign * (0.45 - 0.55 * u),
  };
};

/** Levels meet at u = 0.5, slopes differ there. */
const crossing: Truth = (c, K, s) => {
  const place = K === 1 ? 0 : (K + 1 - 2 * c) / (K - 1);
  return {
    ...separated(c, K, s),
    level: (u) => common(u) + s * 1.8 * place * (u - 0.5),
    slope: (u) => tilt(u) + s * 0.35 * place,
  };
};

/** Every component but the last is rare: of two, one row in nine or so is of the first. */
const RARE = -1.9;

export const varyingScenarios: Readonly<Record<VaryingScenario, Truth>> = {
  well_separated: separated,
  moderate: (c, K, s) => separated(c, K, 0.7 * s),
  near_overlap: (c, K, s) => separated(c, K, 0.4 * s),
  crossing,
  imbalanced_gating: (c, K, s) => {
    const truth = separated(c, K, s);
    return { ...truth, gateLevel: (u) => RARE + truth.gateLevel(u) };
  },
};

/** Log dispersions: log sd of Gaussian experts, log size of negative binomial ones. */
export const truthOfDispersion = {
  gaussian: (c: number, u: number): number =>
    Math.log(c % 2 === 1 ? 0.35 + 0.05 * u : 0.45 - 0.03 * u),
  "negative-binomial": (c: number, u: number): number =>
    Math.log(7 + 0.55 * c + 0.8 * sin(u + (0.41 * c) / (2 * Math.PI))),
};
