import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Writable } from "node:stream";
import type { Io } from "../../src/cli/io.ts";
import { main } from "../../src/cli/program.ts";

/** What a command line did. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line inside this process; `onWrite` is called before what it prints is taken. */
export async function runCli(
  argv: readonly string[],
  signal?: AbortSignal,
  onWrite?: () => void,
): Promise<Outcome> {
  const stdout = collector(onWrite);
  const stderr = collector();
  const io: Io = {
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: {},
    interruptible: (work) => work(signal ?? new AbortController().signal),
  };
  const code = await main(argv, io);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(onWrite?: () => void) {
  const parts: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      onWrite?.();
      parts.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => parts.join("") };
}

/** The command line that is shipped. */
export const BUILT = resolve("dist/cli.js");

/** Runs the shipped command line as a process; `during` gets it while it runs, and what it says on stderr. */
export function spawnCli(
  argv: readonly string[],
  {
    cwd,
    env,
    onStderr,
  }: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly onStderr?: (kill: (signal: NodeJS.Signals) => void, text: string) => void;
  } = {},
): Promise<Outcome & { readonly signal: NodeJS.Signals | null }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [BUILT, ...argv], {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, ...env },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString();
      onStderr?.((signal) => void child.kill(signal), stderr);
    });
    child.on("error", fail);
    child.on("close", (code, signal) => done({ code, signal, stdout, stderr }));
  });
}

/** A folder for one test file; `remove` when done. */
export function scratchFolder(): {
  readonly path: (...names: string[]) => string;
  readonly write: (name: string, content: string | Uint8Array) => string;
  readonly remove: () => void;
} {
  const folder = mkdtempSync(join(tmpdir(), "moebius-cli-"));
  const path = (...names: string[]): string => join(folder, ...names);
  return {
    path,
    write(name, content) {
      writeFileSync(path(name), content);
      return path(name);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Every file below a folder with its content and its time, so that any change shows. */
export function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .sort()
    .map((name) => {
      const { size, mtimeMs, mode } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs} ${mode}`;
    });
}

/** The bytes of the draws of each chain in a run folder. */
export function chainFiles(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => /^chain-\d+\.bin$/.test(name));
  return Object.fromEntries(
    names.sort().map((name) => [name, readFileSync(join(folder, name)).toString("base64")]),
  );
}

/** Two lines with noise that is no noise: n rows of x, y, z, a factor `group` and a constant. */
export function exampleCsv(n: number): string {
  const lines = ["x,y,z,group,one"];
  for (let i = 0; i < n; i++) {
    const x = (2 * i) / (n - 1) - 1;
    const wiggle = 0.3 * Math.sin(37 * i) + 0.2 * Math.cos(11 * i * i);
    const y = (x < 0 ? 1 + 2 * x : 1 - 3 * x) + wiggle;
    lines.push(`${x},${y},${Math.sin(5 * i)},${"abc"[i % 3]},1`);
  }
  return `${lines.join("\n")}\n`;
}
