import type { DistributionDeclaration } from "../src/core/distribution.ts";
import type {
  BoundedDeclaration,
  ExpertPriorDeclaration,
  GateDeclaration,
  IndependentDeclaration,
  ModelDeclaration,
  NormalInverseGammaDeclaration,
  OverdispersedDeclaration,
} from "../src/core/model.ts";
import { describeCount } from "./counts/index.ts";
import { knownInWords } from "./known/index.ts";

/** One line about a model: what it is about, and what it says. */
export interface Statement {
  readonly about: string;
  readonly words: string;
}

/** A number in few digits: priors scaled by the data have long ones. */
const short = (x: number): string => String(Number(x.toPrecision(4)));

/** A declared distribution in words: "normal(mean 0, sd 2)". */
export function describeDistribution({ kind, ...parameters }: DistributionDeclaration): string {
  const words = Object.entries(parameters).map(
    ([name, value]) => `${name} ${typeof value === "number" ? short(value) : value}`,
  );
  return `${kind}(${words.join(", ")})`;
}

const list = (entries: readonly number[]): string => `(${entries.map(short).join(", ")})`;

function describeConjugate(prior: NormalInverseGammaDeclaration): string {
  const mean = typeof prior.mean === "number" ? short(prior.mean) : list(prior.mean);
  const scale =
    typeof prior.scale === "number"
      ? `${prior.scale === 1 ? "" : `${short(prior.scale)} `}σ² I`
      : `σ² diag${list(prior.scale)}`;
  const { shape, rate } = prior;
  const variance = describeDistribution({ kind: "inverse-gamma", shape, rate });
  return `β | σ² ~ N(${mean}, ${scale}), σ² ~ ${variance}`;
}

/** A statement for each run of coefficients with the same prior. */
function describeCoefficients(coefficients: IndependentDeclaration["coefficients"]): string[] {
  if ("kind" in coefficients) return [`β ~ ${describeDistribution(coefficients)}`];
  const priors = coefficients.map(describeDistribution);
  return priors.flatMap((prior, from) => {
    if (prior === priors[from - 1]) return [];
    const other = priors.findIndex((next, j) => j > from && next !== prior);
    const to = other < 0 ? priors.length : other;
    return [`β[${from + 1 === to ? to : `${from + 1}…${to}`}] ~ ${prior}`];
  });
}

type Independent = Omit<IndependentDeclaration, "kind"> &
  Omit<OverdispersedDeclaration, "kind"> &
  Partial<Pick<BoundedDeclaration, "amplitude">>;

function describeIndependent(prior: Independent): string {
  const { coefficients, amplitude, variance, sd, size, dispersion } = prior;
  const statements = describeCoefficients(coefficients);
  if (amplitude !== undefined) statements.push(`c ~ ${describeDistribution(amplitude)}`);
  if (variance !== undefined) statements.push(`σ² ~ ${describeDistribution(variance)}`);
  if (sd !== undefined) statements.push(`σ ~ ${describeDistribution(sd)}`);
  if (size !== undefined) statements.push(`φ ~ ${describeDistribution(size)}`);
  if (dispersion !== undefined) statements.push(`1/φ ~ ${describeDistribution(dispersion)}`);
  return statements.join(", ");
}

/** The prior of an expert's parameters in words: β are coefficients, c an amplitude, σ the residual sd, φ the size of counts. */
export function describeExpertPrior(prior: ExpertPriorDeclaration): string {
  return prior.kind === "normal-inverse-gamma"
    ? describeConjugate(prior)
    : describeIndependent(prior);
}

/** The prior of a gate in words: γ[k] are the coefficients of component k. */
export function describeGatePrior(gate: GateDeclaration): string {
  if (gate.prior === undefined) return "the default";
  const prior = describeDistribution(gate.prior);
  if (gate.kind === "constant") return `weights ~ ${prior}`;
  const { mean, sd, kind } = gate.prior;
  const iid =
    kind === "normal" && typeof sd === "number" && typeof mean === "number"
      ? `γ[k] iid N(${short(mean)}, ${sd === 1 ? "" : `${short(sd * sd)} `}I)`
      : `each entry of γ[k] iid ${prior}`;
  return gate.baseline === "last" ? `${iid} for k < K, γ[K] = 0` : iid;
}

/** What is known, and how much deviates from it. */
function describeDeviation({ known, lambda }: ModelDeclaration): Statement[] {
  if (known === undefined) return [];
  const prior = lambda === undefined ? "the default" : `λ ~ ${describeDistribution(lambda)}`;
  return [
    { about: "known density", words: `${knownInWords(known)}, with probability 1 − λ` },
    { about: "prior of the mixture's share", words: prior },
  ];
}

/** A model in words, a statement for each of its parts. */
export function describeModel(model: ModelDeclaration): readonly Statement[] {
  const { experts, gate, components } = model;
  const count = typeof components === "number" ? `${components}` : describeCount(components, short);
  const speakOf =
    model.standardize === false
      ? "covariates as given"
      : "covariates with mean 0 and sd 1; draws are on the scale of the data";
  return [
    { about: "experts", words: `${experts.family}, ${experts.formula}` },
    {
      about: "prior of the experts",
      words: experts.prior === undefined ? "the default" : describeExpertPrior(experts.prior),
    },
    { about: "gate", words: gate.kind === "constant" ? "constant" : `softmax, ${gate.formula}` },
    { about: "prior of the gate", words: describeGatePrior(gate) },
    { about: "components", words: count },
    ...describeDeviation(model),
    { about: "priors speak of", words: speakOf },
  ];
}
