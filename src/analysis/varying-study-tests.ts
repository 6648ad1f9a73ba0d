import type { Table } from "../core/data.ts";
import { UsageError } from "../core/errors.ts";
import { formatFixed, formatNumber } from "../report/format-number.ts";
import type { VaryingInput } from "../report/varying-input.ts";
import type { VaryingFit } from "../run/varying-fit.ts";
import type { VaryingHypothesis } from "./varying-hypothesis.ts";
import { testVarying, type VaryingTest, type VaryingTestOptions } from "./varying-test.ts";

/** A test with the words that asked for it. */
export interface NamedTest extends VaryingTest {
  readonly constant: string;
}

/** "expert:z", "expert2:z" (of expert 2 alone), "gate:x", "dispersion", a part by itself, or "all". */
export function hypothesisFrom(text: string): VaryingHypothesis {
  if (text === "all") return "all";
  const [, name, number, , term] = /^(expert|gate|dispersion)s?(\d*)(:(.+))?$/.exec(text) ?? [];
  if (name === undefined) {
    throw new UsageError(
      `\`test\` must be all, expert, gate, dispersion, or a term such as expert:z, expert2:z or gate:x; got "${text}"`,
      { test: text },
    );
  }
  const part = name === "expert" ? "experts" : (name as "gate" | "dispersion");
  if (number === "" && term === undefined) return part;
  return [
    {
      part,
      ...(term === undefined ? {} : { term }),
      ...(number === "" ? {} : { component: Number(number) }),
    },
  ];
}

/** One test after another. */
export async function testsOf(
  fit: VaryingFit,
  table: Table,
  tests: readonly string[],
  options: VaryingTestOptions,
): Promise<NamedTest[]> {
  const asked = tests.map((constant) => ({ constant, hypothesis: hypothesisFrom(constant) }));
  const found: NamedTest[] = [];
  for (const { constant, hypothesis } of asked) {
    const test = await testVarying(fit, table, { ...options, constant: hypothesis });
    found.push({ ...test, constant });
  }
  return found;
}

/** What the page shows of tests. */
export function testRows(tests: readonly NamedTest[]): NonNullable<VaryingInput["tests"]> {
  const simulated = tests.some(({ bootstrap }) => bootstrap !== undefined);
  const rows = tests.map(({ constant, statistic, pValue, chiSquared, bootstrap }) => ({
    what: constant,
    cells: {
      λ: formatFixed(statistic, 3),
      ...(bootstrap === undefined
        ? {}
        : {
            "p, simulated": `${formatNumber(pValue)} ± ${formatNumber(bootstrap.error, 1)}`,
            replicates: `${bootstrap.replicates}`,
          }),
      "p, χ²": formatNumber(chiSquared.pValue),
    },
  }));
  const from = simulated
    ? "p is the share of responses simulated under the hypothesis with a ratio at least as large, ± its Monte Carlo error: go by it."
    : "Simulate responses (--bootstrap 200) for a p-value to go by.";
  return {
    words:
      "Likelihood ratio λ: how much larger the log-likelihood is when the functions named may vary than when they are held " +
      `constant. ${from} χ² is a limit law that rejects too often: at 5 % it rejected 18 % of true hypotheses at n = 300.`,
    rows,
  };
}
