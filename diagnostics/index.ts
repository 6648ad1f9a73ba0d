/** The registry of convergence diagnostics: a new one is a file and a line here. */
import type { Diagnostic } from "../src/core/diagnostic.ts";
import { essBulk } from "./ess-bulk.ts";
import { essMean, essSd } from "./ess-moments.ts";
import { essMedian, essTail } from "./ess-tail.ts";
import { mcseMean, mcseMedian, mcseQuantile, mcseSd } from "./mcse.ts";
import { paretoKhat } from "./pareto-khat.ts";
import { rhat, rhatBasic } from "./rhat.ts";

const registered: readonly Diagnostic[] = [
  rhat,
  rhatBasic,
  essBulk,
  essTail,
  essMean,
  essSd,
  essMedian,
  mcseMean,
  mcseSd,
  mcseMedian,
  mcseQuantile(0.05),
  mcseQuantile(0.95),
  paretoKhat,
];

/** Every diagnostic by its name. */
export const diagnostics: Readonly<Record<string, Diagnostic>> = Object.fromEntries(
  registered.map((diagnostic) => [diagnostic.name, diagnostic]),
);
