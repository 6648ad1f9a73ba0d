import { expect, it } from "vitest";
import { arrayOf, chunkFor, slurmScript } from "../../../src/experiments/engines/slurm.ts";
import { parsePlan } from "../../../src/experiments/plan-schema.ts";
import type { ExperimentFolder } from "../../../src/experiments/store.ts";
import { smallPlan } from "../../helpers/experiment-plans.ts";

it("submits the jobs that hold a missing task, and no others", () => {
  expect(arrayOf([0, 1, 2, 3], 1)).toBe("0-3");
  expect(arrayOf([0, 5, 9, 10, 29, 31], 10)).toBe("0-3");
  expect(arrayOf([7, 40, 41, 55], 10)).toBe("0,4-5");
});

it("lets an array have at most 1000 jobs", () => {
  for (const tasks of [1, 1000, 1001, 123_457]) {
    const chunk = chunkFor(tasks);
    expect(Math.ceil(tasks / chunk)).toBeLessThanOrEqual(1000);
    expect(chunk === 1 || Math.ceil(tasks / (chunk - 1)) > 1000).toBe(true);
  }
});

it("writes a script that ends at the last task and quotes its words", () => {
  const folder = { path: "/it's here", plan: parsePlan(smallPlan(7)) } as ExperimentFolder;
  const script = slurmScript(folder, {
    program: ["node", "cli.js"],
    sbatch: ["--partition=short"],
    chunk: 5,
  });
  expect(script).toContain("#SBATCH --partition=short\n");
  expect(script).toContain("from=$((SLURM_ARRAY_TASK_ID * 5))\nto=$((from + 4))\n");
  expect(script).toContain("then to=13; fi");
  expect(script).toContain(
    String.raw`--plan' '/it'\''s here/plan.json' '--out' '/it'\''s here' --index`,
  );
});
