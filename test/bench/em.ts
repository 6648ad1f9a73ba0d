// Fits one table by EM from the allocations in its column z0, in a process of its own; prints one JSON line.
// node <bundle> <table.csv> <experts>
import { compile } from "../../models/compile.ts";
import { em } from "../../samplers/em.ts";
import type { Table } from "../../src/core/data.ts";
import { memberships } from "../../src/core/mixture.ts";
import type { ModelDeclaration } from "../../src/core/model.ts";
import type { State, Target } from "../../src/core/target.ts";
import { readTable } from "../../src/data/read-table.ts";
import { matrix, row } from "../../src/math/matrix.ts";

const [file, count] = process.argv.slice(2);
if (file === undefined || count === undefined) {
  throw new Error("two arguments are needed: a CSV file and the number of experts.");
}
const table = await readTable(file);
const afterReading = cpuSeconds();
const { target } = compile(modelOf(table, Number(count)), table);
const afterCompiling = cpuSeconds();
const start = startAt(target, Number(count), allocations(table));
const afterStart = cpuSeconds();
const { logLikelihood, iterations, converged } = em(target, start, { tolerance: 1e-8 });
const end = cpuSeconds();

process.on("exit", () => {
  console.log(
    JSON.stringify({
      logLikelihood,
      iterations,
      converged,
      seconds: {
        reading: afterReading,
        compiling: afterCompiling - afterReading,
        start: afterStart - afterCompiling,
        em: end - afterStart,
        fit: end - afterReading,
        process: cpuSeconds(),
      },
      megabytes: process.resourceUsage().maxRSS / 1024,
    }),
  );
});

/** All covariates in gate and experts, as given, as the peers take them. */
function modelOf({ columns }: Table, components: number): ModelDeclaration {
  const terms = [...columns.keys()].filter((name) => /^x\d+$/.test(name)).join(" + ");
  return {
    experts: { family: "gaussian", formula: `y ~ ${terms}` },
    gate: { kind: "softmax", formula: `~ ${terms}`, baseline: "last" },
    components,
    standardize: false,
  };
}

function allocations({ columns }: Table): Int32Array {
  const z0 = columns.get("z0");
  if (z0?.kind !== "numeric") throw new Error("the table must have a numeric column z0.");
  return Int32Array.from(z0.values, (k) => k - 1);
}

/** The M step of the experts at these allocations, and of the intercepts of the gate: its slopes start at 0. */
function startAt({ n, expert, gate }: Target, K: number, z: Int32Array): State {
  const theta = matrix(K, expert.dimension);
  const gamma = matrix(K, gate.dimension);
  const members = memberships(n);
  members.sort(z, K);
  const last = members.of(K - 1).rows.length;
  for (let k = 0; k < K; k++) {
    const own = members.of(k);
    expert.maximize(row(theta, k), own, 0);
    row(gamma, k)[0] = Math.log(own.rows.length / last);
  }
  return { theta, gamma, z };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
