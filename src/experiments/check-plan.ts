import { checkTruth, must } from "./check-truth.ts";
import type { ContractionPlan, CoveragePlan, Fit, Plan, Truth } from "./plan.ts";

/** Throws a ModelError with the path of the first part that does not fit the others. */
export function checkPlan(plan: Plan): void {
  if (plan.kind === "contraction") {
    checkContraction(plan);
    return;
  }
  checkColumns(plan.design.columns);
  if (plan.kind === "calibration") {
    must(
      plan.model.experts.prior !== undefined,
      "model.experts.prior",
      "must be given: a default prior is scaled by the data, so nothing can be drawn from it first",
    );
    const draws = plan.chains * plan.draws;
    must(
      plan.ranks <= draws,
      "ranks",
      `must be at most chains × draws = ${draws}; got ${plan.ranks}`,
    );
    return;
  }
  checkCoverage(plan);
}

function checkContraction({ truths, fits, sizes }: ContractionPlan): void {
  distinct(truths, "truths");
  distinct(fits, "fits");
  sizes.forEach((size, s) => {
    must(
      s === 0 || size > sizes[s - 1]!,
      `sizes[${s}]`,
      `must be larger than the one before; got ${size}`,
    );
  });
  for (const [t, truth] of truths.entries()) checkTruth(truth, `truths[${t}]`);
  for (const [f, fit] of fits.entries()) {
    checkFit(fit, `fits[${f}]`);
    checkKnown(fit, truths, `fits[${f}]`);
  }
}

/** A fit estimates the share of what deviates from the density that the truths deviate from. */
function checkKnown({ known, choose }: Fit, truths: readonly Truth[], path: string): void {
  for (const truth of truths) {
    const wanted = truth.known === undefined ? "left out" : `"${truth.known}"`;
    must(
      known === truth.known,
      `${path}.known`,
      `must be ${wanted}, as in truth "${truth.name}"; got ${known === undefined ? "none" : `"${known}"`}`,
    );
  }
  choose.forEach((choice, c) => {
    must(
      known === undefined || choice === "posterior",
      `${path}.choose[${c}]`,
      'must be "posterior" where there is a known density: atoms of the mixture may be its own',
    );
  });
}

function distinct(items: readonly { readonly name: string }[], path: string): void {
  items.forEach(({ name }, i) => {
    const first = items.findIndex((item) => item.name === name);
    must(
      first === i,
      `${path}[${i}].name`,
      `must differ from that of ${path}[${first}]; got "${name}"`,
    );
  });
}

function checkFit({ method, components, choose }: Fit, path: string): void {
  const isRandom = typeof components !== "number";
  must(
    !isRandom || method === "posterior",
    `${path}.components`,
    'must be a number where the method is "mle"; got a prior; write a number or "posterior"',
  );
  choose.forEach((choice, c) => {
    const at = `${path}.choose[${c}]`;
    if (choice === "posterior") {
      must(
        isRandom,
        at,
        'must come with a prior on `components`; got a number, which leaves "posterior" nothing to say',
      );
    } else {
      must(
        !isRandom,
        at,
        `must come with a number of components; got a prior, whose posterior is the answer`,
      );
    }
    must(
      choice !== "merge-truncate-merge" || method === "posterior",
      at,
      'must come with the method "posterior": merge–truncate–merge reads draws',
    );
  });
}

function checkColumns(columns: Readonly<Record<string, readonly unknown[]>>): void {
  const [first] = Object.entries(columns);
  must(first !== undefined, "design.columns", "must have a column; got none");
  for (const [name, values] of Object.entries(columns)) {
    must(
      values.length === first![1].length,
      `design.columns.${name}`,
      `must have as many values as ${first![0]}, ${first![1].length}; got ${values.length}`,
    );
  }
}

function checkCoverage({ model, truth, method }: CoveragePlan): void {
  const K = model.components;
  must(
    typeof K === "number",
    "model.components",
    "must be a number: the truth has so many; got a prior",
  );
  must(
    model.known === undefined,
    "model.known",
    "must be left out: coverage of deviated models is not offered",
  );
  for (const part of ["theta", "gamma"] as const) {
    must(
      truth[part].length === K,
      `truth.${part}`,
      `must have a row an expert, ${K}; got ${truth[part].length}`,
    );
    truth[part].forEach((row, k) => {
      const width = truth[part][0]!.length;
      must(
        row.length === width,
        `truth.${part}[${k}]`,
        `must have ${width} numbers as the first row; got ${row.length}`,
      );
    });
  }
  must(
    method === "posterior" || model.gate.kind === "softmax",
    "method",
    'must be "posterior" where the gate is constant; got "mle"',
  );
}
