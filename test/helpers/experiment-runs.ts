import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { BUILT } from "./cli.ts";

/** The bytes of what an experiment comes to, file by file. */
export function gathered(folder: string): Record<string, string> {
  const files = ["plan.json", "results.jsonl", "summary.json", "report.html"];
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(folder, name)))
        .digest("hex"),
    ]),
  );
}

/** How many results a folder has, those that are being written left out. */
export function resultCount(folder: string): number {
  const results = join(folder, "results");
  if (!existsSync(results)) return 0;
  const files = readdirSync(results, { recursive: true, encoding: "utf8" });
  return files.filter((name) => name.endsWith(".json")).length;
}

/** Starts the shipped command line; resolves with the exit code, or the signal that killed it. */
export function started(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): {
  readonly child: ChildProcess;
  /** What it has said on stderr so far. */
  readonly said: () => string;
  readonly ended: Promise<number | NodeJS.Signals | null>;
} {
  const child = spawn(process.execPath, [BUILT, ...argv], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = new Promise<number | NodeJS.Signals | null>((done, fail) => {
    child.on("error", fail).on("close", (code, signal) => done(signal ?? code));
  });
  return { child, said: () => said, ended };
}

/** Kills the command with -9 each time it has done `each` tasks more, then lets it end; how often it was killed. */
export async function withKills(
  argv: readonly string[],
  folder: string,
  each: () => number,
): Promise<number> {
  for (let kills = 0; ; kills++) {
    const until = resultCount(folder) + each();
    const { child, said, ended } = started(argv);
    const watch = setInterval(() => {
      if (resultCount(folder) >= until) child.kill("SIGKILL");
    }, 2);
    const how = await ended;
    clearInterval(watch);
    if (how !== "SIGKILL") {
      if (how !== 0) throw new Error(`the command must end well; got ${how}: ${said()}`);
      return kills;
    }
  }
}
