// Writes src/math/gram-bodies.ts: one straight-line loop body for each small number of columns, so
// that the sums stay in registers. Run it after changing it; a test compares file and generator.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const LARGEST = 8;
const range = (n) => Array.from({ length: n }, (_, i) => i);

const signature = (subset, withY) =>
  [
    "X: Vector",
    subset ? "rows: Int32Array" : "",
    "weights: Vector",
    withY ? "y: Vector" : "",
    "gram: Vector",
    withY ? "xty: Vector" : "",
  ].filter(Boolean);

const bodyName = (d, subset, withY) => `${subset ? "rows" : "all"}${withY ? "WithY" : ""}${d}`;

const perColumn = (d, line) => range(d).map((j) => `  ${line(j)}`);
const perRow = (d, line) => range(d).map((j) => `    ${line(j)}`);
const join = (statements) => statements.join(" ");
const entries = (j, statement) => join(range(j + 1).map((i) => statement(i)));

function gramBody(d, subset, withY) {
  const count = subset ? "rows.length" : "weights.length";
  const row = subset ? "rows[m]!" : "m";
  return [
    `function ${bodyName(d, subset, withY)}(`,
    ...signature(subset, withY).map((parameter) => `  ${parameter},`),
    "): number {",
    ...perColumn(
      d,
      (j) =>
        `let ${range(j + 1)
          .map((i) => `a${j}${i} = 0`)
          .join(", ")};`,
    ),
    ...(withY
      ? [
          `  let ${range(d)
            .map((j) => `b${j} = 0`)
            .join(", ")}, c = 0;`,
        ]
      : []),
    `  for (let m = 0; m < ${count}; m++) {`,
    `    const w = weights[m]!, row = ${row}, at = row * ${d};`,
    ...perRow(d, (j) => `const x${j} = X[at + ${j}]!, w${j} = w * x${j};`),
    ...perRow(d, (j) => entries(j, (i) => `a${j}${i} += w${j} * x${i};`)),
    ...(withY ? ["    const value = y[row]!;", "    c += w * value * value;"] : []),
    ...(withY ? [`    ${join(range(d).map((j) => `b${j} += w${j} * value;`))}`] : []),
    "  }",
    ...perColumn(d, (j) => entries(j, (i) => `gram[${j * d + i}]! += a${j}${i};`)),
    ...perColumn(d, (j) => join(range(j).map((i) => `gram[${i * d + j}]! += a${j}${i};`))).slice(1),
    ...(withY ? [`  ${join(range(d).map((j) => `xty[${j}]! += b${j};`))}`] : []),
    `  return ${withY ? "c" : "0"};`,
    "}",
    "",
  ].join("\n");
}

function predictorBody(d) {
  const terms = range(d).map((j) => `X[at + ${j}]! * b${j}`);
  return [
    `function predict${d}(X: Vector, n: number, beta: Vector, out: Vector): void {`,
    `  const ${range(d)
      .map((j) => `b${j} = beta[${j}]!`)
      .join(", ")};`,
    `  for (let i = 0, at = 0; i < n; i++, at += ${d}) {`,
    `    out[i] = ${terms.join(" + ")};`,
    "  }",
    "}",
    "",
  ].join("\n");
}

/** Sums that go on from what stands in `out`, so that blocks of rows give the bits of one pass. */
function continuedBody(name, d, triangle) {
  const columns = (j) => range(triangle ? j + 1 : d);
  const each = (j, statement) => join(columns(j).map((i) => statement(i)));
  return [
    `function ${name}${d}(X: Vector, weights: Vector, out: Vector, first: number, stride: number): void {`,
    ...perColumn(d, (j) => `const r${j} = first + ${j} * stride;`),
    ...perColumn(
      d,
      (j) =>
        `let ${columns(j)
          .map((i) => `a${j}${i} = out[r${j} + ${i}]!`)
          .join(", ")};`,
    ),
    "  for (let m = 0; m < weights.length; m++) {",
    `    const w = weights[m]!, at = m * ${d};`,
    ...perRow(d, (j) => `const x${j} = X[at + ${j}]!, w${j} = w * x${j};`),
    ...perRow(d, (j) => each(j, (i) => `a${j}${i} += w${j} * x${i};`)),
    "  }",
    ...perColumn(d, (j) => each(j, (i) => `out[r${j} + ${i}] = a${j}${i};`)),
    "}",
    "",
  ].join("\n");
}

function productsBody(d) {
  return [
    `function products${d}(X: Vector, weights: Vector, out: Vector): void {`,
    `  let ${range(d)
      .map((j) => `b${j} = out[${j}]!`)
      .join(", ")};`,
    "  for (let m = 0; m < weights.length; m++) {",
    `    const w = weights[m]!, at = m * ${d};`,
    `    ${join(range(d).map((j) => `b${j} += w * X[at + ${j}]!;`))}`,
    "  }",
    `  ${join(range(d).map((j) => `out[${j}] = b${j};`))}`,
    "}",
    "",
  ].join("\n");
}

/** The lower triangle and Σ sums x in one pass; both triangles are written. */
function gramAndProductsBody(d) {
  return [
    `function gramAndProducts${d}(X: Vector, weights: Vector, sums: Vector, gram: Vector, out: Vector): void {`,
    ...perColumn(
      d,
      (j) =>
        `let ${range(j + 1)
          .map((i) => `a${j}${i} = 0`)
          .join(", ")};`,
    ),
    `  let ${range(d)
      .map((j) => `b${j} = 0`)
      .join(", ")};`,
    "  for (let m = 0; m < weights.length; m++) {",
    `    const w = weights[m]!, s = sums[m]!, at = m * ${d};`,
    ...perRow(d, (j) => `const x${j} = X[at + ${j}]!, w${j} = w * x${j};`),
    ...perRow(d, (j) => entries(j, (i) => `a${j}${i} += w${j} * x${i};`)),
    `    ${join(range(d).map((j) => `b${j} += s * x${j};`))}`,
    "  }",
    ...perColumn(d, (j) => entries(j, (i) => `gram[${j * d + i}]! += a${j}${i};`)),
    ...perColumn(d, (j) => join(range(j).map((i) => `gram[${i * d + j}]! += a${j}${i};`))).slice(1),
    `  ${join(range(d).map((j) => `out[${j}]! += b${j};`))}`,
    "}",
    "",
  ].join("\n");
}

function normalLogsBody(d) {
  const terms = range(d).map((j) => `X[at + ${j}]! * b${j}`);
  return [
    `function normalLogs${d}(X: Vector, y: Vector, beta: Vector, constant: number, scale: number, out: Vector): void {`,
    `  const ${range(d)
      .map((j) => `b${j} = beta[${j}]!`)
      .join(", ")};`,
    `  for (let i = 0, at = 0; i < out.length; i++, at += ${d}) {`,
    `    const residual = y[i]! - (${terms.join(" + ")});`,
    "    out[i] = constant - scale * residual * residual;",
    "  }",
    "}",
    "",
  ].join("\n");
}

function residualsBody(d) {
  const left = range(d).map((j) => ` - X[at + ${j}]! * b${j}`);
  return [
    `function residuals${d}(X: Vector, rows: Int32Array, weights: Vector, y: Vector, beta: Vector): number {`,
    `  const ${range(d)
      .map((j) => `b${j} = beta[${j}]!`)
      .join(", ")};`,
    "  let total = 0;",
    "  for (let m = 0; m < rows.length; m++) {",
    `    const row = rows[m]!, at = row * ${d};`,
    `    const residual = y[row]!${left.join("")};`,
    "    total += weights[m]! * residual * residual;",
    "  }",
    "  return total;",
    "}",
    "",
  ].join("\n");
}

function table(name, type, entry) {
  const lines = range(LARGEST).map((k) => `  ${entry(k + 1)},\n`);
  return `export const ${name}: readonly ${type}[] = [\n${lines.join("")}];`;
}

const variants = [
  ["ALL_ROWS", "AllRows", false, false],
  ["ALL_ROWS_WITH_Y", "AllRowsWithY", false, true],
  ["SOME_ROWS", "SomeRows", true, false],
  ["SOME_ROWS_WITH_Y", "SomeRowsWithY", true, true],
];

/** The text of src/math/gram-bodies.ts. */
export function generate() {
  const sizes = range(LARGEST).map((k) => k + 1);
  return [
    "// Generated by scripts/generate-gram.mjs; do not edit.",
    "// Entry d − 1 of each table is the straight-line body for d columns; `gram.ts` says what it computes.",
    'import type { Vector } from "./matrix.ts";',
    "",
    ...variants.map(
      ([, type, subset, withY]) =>
        `type ${type} = (${signature(subset, withY).join(", ")}) => number;`,
    ),
    "type Predictor = (X: Vector, n: number, beta: Vector, out: Vector) => void;",
    "type Continued = (X: Vector, weights: Vector, out: Vector, first: number, stride: number) => void;",
    "type Products = (X: Vector, weights: Vector, out: Vector) => void;",
    "type GramAndProducts = (X: Vector, weights: Vector, sums: Vector, gram: Vector, out: Vector) => void;",
    "type NormalLogs = (X: Vector, y: Vector, beta: Vector, constant: number, scale: number, out: Vector) => void;",
    "type Residuals = (X: Vector, rows: Int32Array, weights: Vector, y: Vector, beta: Vector) => number;",
    "",
    ...variants.flatMap(([, , subset, withY]) => sizes.map((d) => gramBody(d, subset, withY))),
    ...sizes.map(predictorBody),
    ...sizes.map((d) => continuedBody("triangle", d, true)),
    ...sizes.map((d) => continuedBody("square", d, false)),
    ...sizes.map(productsBody),
    ...sizes.map(residualsBody),
    ...sizes.map(gramAndProductsBody),
    ...sizes.map(normalLogsBody),
    "",
    ...variants.map(([name, type, subset, withY]) =>
      table(name, type, (d) => bodyName(d, subset, withY)),
    ),
    table("PREDICTORS", "Predictor", (d) => `predict${d}`),
    table("TRIANGLES", "Continued", (d) => `triangle${d}`),
    table("SQUARES", "Continued", (d) => `square${d}`),
    table("PRODUCTS", "Products", (d) => `products${d}`),
    table("GRAMS_AND_PRODUCTS", "GramAndProducts", (d) => `gramAndProducts${d}`),
    table("NORMAL_LOGS", "NormalLogs", (d) => `normalLogs${d}`),
    table("RESIDUALS", "Residuals", (d) => `residuals${d}`),
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("../src/math/gram-bodies.ts", import.meta.url), generate());
}
