import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { UsageError } from "../core/errors.ts";
import { systemReason } from "../core/system-reason.ts";
import { readTable } from "../data/read-table.ts";
import type { DesignColumns, Plan } from "./plan.ts";
import { parsePlan } from "./plan-schema.ts";

/**
 * A plan from a file; a design given as {"csv": "file.csv"}, a path from the plan's folder, becomes
 * its columns. Throws a UsageError where the file cannot be read, a ModelError with the path of what
 * is wrong in it.
 */
export async function readPlan(path: string): Promise<Plan> {
  let json: unknown;
  try {
    json = JSON.parse((await readFile(path, "utf8")).replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new UsageError(
      `${path} must be a JSON file that holds a plan; ${systemReason(cause)}`,
      { path },
      cause,
    );
  }
  return parsePlan(await withColumns(json, dirname(path)));
}

/** What moebius keeps in a folder has the plan inside; a plan file is the plan. */
async function withColumns(json: unknown, folder: string): Promise<unknown> {
  if (!isRecord(json)) return json;
  if (json["program"] === "moebius" && isRecord(json["plan"])) return json["plan"];
  const { design } = json;
  if (!isRecord(design) || typeof design["csv"] !== "string") return json;
  const columns = await columnsOf(resolve(folder, design["csv"]));
  const { csv: _, ...rest } = design;
  return { ...json, design: { ...rest, columns } };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

async function columnsOf(path: string): Promise<DesignColumns> {
  const { columns } = await readTable(path);
  return Object.fromEntries(
    [...columns].map(([name, column]) => {
      const values =
        column.kind === "numeric"
          ? [...column.values]
          : [...column.codes].map((code) => column.levels[code] ?? "NA");
      const missing = values.findIndex((value) => Number.isNaN(value) || value === "NA");
      if (missing >= 0) {
        throw new UsageError(
          `a design must have no missing values; ${path} has one in row ${missing + 1} of column "${name}"`,
        );
      }
      return [name, values];
    }),
  );
}
