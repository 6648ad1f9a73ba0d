/** moebius: Bayesian softmax-gated mixtures of experts. Everything that users import is named here. */

export { autocorrelation } from "../diagnostics/autocovariance.ts";
export { dendrogramOfDraws } from "../diagnostics/dendrogram.ts";
export { diagnostics } from "../diagnostics/index.ts";
export * from "../diagnostics/losses/index.ts";
export { atomCounts } from "../diagnostics/merge-truncate-merge.ts";
export { summarize, summarizeVariable } from "../diagnostics/summarize.ts";
export { type Compiled, compile } from "../models/compile.ts";
export * from "../models/index.ts";
export type { VaryingModel } from "../models/varying.ts";
export { gibbs } from "../samplers/gibbs.ts";
export { variationalBound } from "../samplers/variational.ts";
export { type Analysis, analyze, analyzeDraws } from "./analysis/analyze.ts";
export { type Bootstrap, type BootstrapOptions, bootstrap } from "./analysis/bootstrap.ts";
export { type Comparison, type ComparisonSummary, compare } from "./analysis/compare.ts";
export { maximizeRun, openMaximum } from "./analysis/compare-maximum.ts";
export {
  type CountTest,
  type CountTestOptions,
  countTest,
  countTestAt,
} from "./analysis/count-test.ts";
export { type FitTest, type FitTestOptions, testKnown } from "./analysis/goodness-of-fit.ts";
export {
  type KnownEvidence,
  type KnownEvidenceOptions,
  knownEvidence,
} from "./analysis/known-evidence.ts";
export { knownFrom } from "./analysis/known-from.ts";
export { labelledDraws } from "./analysis/labels.ts";
export { type LikelihoodRatio, likelihoodRatioTest } from "./analysis/likelihood-ratio.ts";
export { type MaximizeOptions, maximize } from "./analysis/maximize.ts";
export type { Maximum, MaximumSummary } from "./analysis/maximum.ts";
export { maximumInput } from "./analysis/maximum-input.ts";
export { pointwiseTable } from "./analysis/pointwise.ts";
export {
  type RunEvidence,
  type RunEvidenceOptions,
  runEvidence,
} from "./analysis/run-evidence.ts";
export type { Summary } from "./analysis/summary.ts";
export { fitVarying, type VaryingAnalysis } from "./analysis/varying.ts";
export {
  type BandOptions,
  type ConstantInterval,
  type MissingBand,
  type VaryingBand,
  type VaryingBands,
  varyingBands,
} from "./analysis/varying-bands.ts";
export {
  type BandwidthChoice,
  type BandwidthOptions,
  chooseBandwidth,
} from "./analysis/varying-bandwidth.ts";
export {
  type SampleVaryingOptions,
  sampleVarying,
  type VaryingPosterior,
  type VaryingPosteriorOptions,
  varyingPosterior,
} from "./analysis/varying-bayes.ts";
export type {
  PosteriorContrast,
  PosteriorCurve,
  PosteriorProbability,
} from "./analysis/varying-bayes-bands.ts";
export type { ConstantFunction } from "./analysis/varying-bayes-factors.ts";
export {
  bootstrapVarying,
  type VaryingBootstrap,
  type VaryingBootstrapOptions,
} from "./analysis/varying-bootstrap.ts";
export {
  type ComponentsChoice,
  type ComponentsOptions,
  chooseVaryingComponents,
} from "./analysis/varying-components.ts";
export { type VaryingFormula, varyingFromFormula } from "./analysis/varying-declare.ts";
export {
  studyVaryingPosterior,
  type VaryingPosteriorStudy,
  type VaryingPosteriorStudyOptions,
} from "./analysis/varying-posterior-study.ts";
export {
  predictVarying,
  type VaryingPrediction,
  type VaryingPredictOptions,
} from "./analysis/varying-predict.ts";
export { varyingPredictionTable } from "./analysis/varying-predict-table.ts";
export {
  type SimulatedVarying,
  type SimulateVaryingOptions,
  simulateVarying,
} from "./analysis/varying-simulate.ts";
export { type SimulatedResponse, simulateFromVarying } from "./analysis/varying-simulate-fit.ts";
export {
  studyVarying,
  type VaryingStudy,
  type VaryingStudyOptions,
} from "./analysis/varying-study.ts";
export type { VaryingSummary } from "./analysis/varying-summary.ts";
export {
  testVarying,
  type VaryingHypothesis,
  type VaryingTest,
  type VaryingTestOptions,
} from "./analysis/varying-test.ts";
export { type ErrorKind, withErrors } from "./analysis/with-errors.ts";
export type { Table } from "./core/data.ts";
export type { Diagnostic, Finding } from "./core/diagnostic.ts";
export type { CountDeclaration, DistributionDeclaration } from "./core/distribution.ts";
export { type Draws, type LabelledDraws, variable } from "./core/draws.ts";
export {
  DataError,
  ModelError,
  MoebiusError,
  SamplerError,
  StoppedError,
  UsageError,
} from "./core/errors.ts";
export type { ExperimentSummary } from "./core/experiment.ts";
export type { ModelDeclaration } from "./core/model.ts";
export type { Report } from "./core/report.ts";
export type { Run, SamplingSettings } from "./core/run.ts";
export { formatCsv } from "./data/format-csv.ts";
export { parseTable } from "./data/parse-table.ts";
export { readDraws, readTable } from "./data/read-table.ts";
export { tableFrom } from "./data/table.ts";
export { type BullmqOptions, runOnBullmq } from "./experiments/engines/bullmq.ts";
export { runOnSlurm, type SlurmOptions } from "./experiments/engines/slurm.ts";
export { checkFits, runExperiment } from "./experiments/experiment.ts";
export { gatherResults, summarizeExperiment } from "./experiments/gather.ts";
export { countTasks } from "./experiments/grid.ts";
export type { Plan } from "./experiments/plan.ts";
export { parsePlan } from "./experiments/plan-schema.ts";
export { readPlan } from "./experiments/read-plan.ts";
export { runTask } from "./experiments/run-task.ts";
export { runTasks } from "./experiments/run-tasks.ts";
export { type ExperimentFolder, experimentFolder, openExperiment } from "./experiments/store.ts";
export { type Explanation, explain } from "./explain.ts";
export { buildComparisonReport } from "./report/comparison.ts";
export { buildExperimentReport } from "./report/experiment.ts";
export { buildGridReport } from "./report/grid.ts";
export type { GridInput } from "./report/grid-input.ts";
export { renderHtml } from "./report/html.ts";
export type { ComparisonInput, ReportInput } from "./report/input.ts";
export { buildMaximumReport } from "./report/maximum.ts";
export type { MaximumInput } from "./report/maximum-input.ts";
export { buildReport } from "./report/report.ts";
export { buildSelectionReport } from "./report/selection.ts";
export type { SelectionInput } from "./report/selection-input.ts";
export { buildStepwiseReport } from "./report/stepwise.ts";
export type { StepwiseInput } from "./report/stepwise-input.ts";
export { renderText } from "./report/text.ts";
export { buildVaryingReport } from "./report/varying.ts";
export type { VaryingInput } from "./report/varying-input.ts";
export { writeAtomically } from "./run/files.ts";
export { keepRun } from "./run/keep-run.ts";
export { logProgress } from "./run/log-progress.ts";
export { type OpenedRun, openRun, recordVerdict } from "./run/open-run.ts";
export { type OpenedVaryingFit, openVaryingFit } from "./run/open-varying-fit.ts";
export { type Predictions, type PredictOptions, predict } from "./run/predict.ts";
export { predictComponents } from "./run/predict-components.ts";
export { predictionTable } from "./run/predict-table.ts";
export { type Progress, silent } from "./run/progress.ts";
export { sample } from "./run/sample.ts";
export type { SampleOptions } from "./run/sample-options.ts";
export { serial } from "./run/serial.ts";
export {
  type Simulated,
  simulatePosterior,
  simulatePrior,
  simulateTable,
  withComponent,
} from "./run/simulate.ts";
export { terminalProgress } from "./run/terminal-progress.ts";
export { threads } from "./run/threads.ts";
export type { VaryingFit, VaryingOptions } from "./run/varying-fit.ts";
export { version } from "./run/version.ts";
export { type Grid, type GridSummary, maximizeGrid } from "./selection/grid.ts";
export type { GridOptions } from "./selection/grid-options.ts";
export type { SelectOptions } from "./selection/options.ts";
export { type Selection, select } from "./selection/select.ts";
export { type Stepwise, type StepwiseSummary, stepwise } from "./selection/stepwise.ts";
export type { StepwiseOptions, StepwiseSpace } from "./selection/stepwise-options.ts";
export type { SelectionSummary } from "./selection/summary.ts";
