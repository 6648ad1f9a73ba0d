import type { CliCommand } from "../context.ts";
import { compare } from "./compare.ts";
import { diagnose } from "./diagnose.ts";
import { em } from "./em.ts";
import { experiment } from "./experiment.ts";
import { explain } from "./explain.ts";
import { fit } from "./fit.ts";
import { gather } from "./gather.ts";
import { gof } from "./gof.ts";
import { grid } from "./grid.ts";
import { plan } from "./plan.ts";
import { predict } from "./predict.ts";
import { report } from "./report.ts";
import { select } from "./select.ts";
import { simulate } from "./simulate.ts";
import { stepwise } from "./stepwise.ts";
import { summary } from "./summary.ts";
import { task } from "./task.ts";
import { varying } from "./varying.ts";

/** Every command, in the order in which help lists them. */
export const commands: readonly CliCommand[] = [
  fit,
  em,
  explain,
  summary,
  diagnose,
  select,
  grid,
  stepwise,
  varying,
  report,
  compare,
  gof,
  predict,
  simulate,
  experiment,
  plan,
  task,
  gather,
];
