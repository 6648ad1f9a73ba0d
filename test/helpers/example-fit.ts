import { expect } from "vitest";
import { exampleCsv, type Outcome, runCli, scratchFolder } from "./cli.ts";

export const ROWS = 40;
/** For a set-up that fits, on a machine that is busy. */
export const PATIENCE = 60_000;
export const MODEL = ["--formula", "y ~ x + group | x", "--components", "2"] as const;
/** One worker: a second costs more to start than so short a run gains. */
export const SETTINGS = "--chains 3 --warmup 60 --draws 100 --seed 4 --workers 1".split(" ");

/** A folder with data.csv and new.csv, and `fitting`, which fits two experts to the data. */
export function exampleFit() {
  const { path, write, remove } = scratchFolder();
  write("data.csv", exampleCsv(ROWS));
  write("new.csv", "x,group\n-0.5,a\n0,b\n0.5,c\n");
  const fitting = (...more: string[]): Promise<Outcome> =>
    runCli(["fit", path("data.csv"), ...MODEL, ...SETTINGS, ...more]);
  return { path, write, remove, fitting };
}

/** The one object that a command prints with --json. */
export function json({ stdout, stderr }: Outcome) {
  expect(stdout, stderr).toMatch(/^\{[\s\S]*\}\n$/);
  return JSON.parse(stdout);
}

/** What --json printed, but for the time that it took. */
export const timeless = ({ stdout }: Outcome) => ({ ...JSON.parse(stdout), timing: undefined });
