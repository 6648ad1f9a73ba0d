import type { Command } from "commander";
import type { Io } from "./io.ts";

/** The library; the command line uses it like every other program. */
export type Api = typeof import("../index.ts");

/** What every command takes. */
export interface OutputOptions {
  readonly json?: true;
  readonly quiet?: true;
}

/** What a command works with. */
export interface Context {
  readonly io: Io;
  /** The words of the command line, without the program's name. */
  readonly argv: readonly string[];
  /** Loads the library: only when something is to be done, so that help is instant. */
  api(): Promise<Api>;
  /** Ends a command with the exit code of its work. */
  finish(work: Promise<number>): Promise<void>;
}

/** Adds one command to the program. Registering one in `commands/index.ts` is all it takes. */
export type CliCommand = (program: Command, context: Context) => void;

/** Writes a note for the user beside the results; nothing with --quiet. */
export function note({ io }: Context, { quiet }: OutputOptions, text: string): void {
  if (quiet !== true) io.stderr.write(`${text}\n`);
}

/** Writes the one object of --json. */
export function printJson({ io }: Context, value: unknown): void {
  io.stdout.write(jsonText(value));
}

/** JSON as it is printed and kept in files. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
