/** What users import of losses between mixing measures and distances between densities. */

export {
  type ConditionalDensity,
  type DensityExpert,
  deviatedDensity,
  gatedDensity,
  normalExpert,
  weightedDensity,
} from "./conditional-density.ts";
export type { Covariates, MeanOptions } from "./covariates.ts";
export { hellinger, totalVariation } from "./density-distance.ts";
export {
  type DeviatedCurve,
  type DeviatedMeasure,
  deviatedCurve,
  distinguishableLoss,
  type NonDistinguishableLoss,
  nonDistinguishableLoss,
} from "./deviated-loss.ts";
export { type ExponentMode, overfitOrder } from "./exponents.ts";
export { type FunctionalLoss, functionalGateLoss } from "./functional-gate-loss.ts";
export { gatedMeasure } from "./gated-measure.ts";
export type { ExpertAtom, GatedMeasure, GateRow, WeightedMeasure } from "./measures.ts";
export { type MixtureLoss, mixtureLoss } from "./mixture-loss.ts";
export { type OrderCertificate, orderCertificate } from "./order-certificate.ts";
export { type VoronoiLoss, voronoiLoss } from "./voronoi-loss.ts";
export {
  gatedWasserstein,
  mixtureWasserstein,
  type Wasserstein,
  type WassersteinOrders,
} from "./wasserstein.ts";
