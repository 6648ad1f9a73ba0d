import { readFile } from "node:fs/promises";
import { InputError } from "./input-error.ts";

/** The content of a JSON file; `what` says what it should hold. */
export async function readJson(path: string, what: string): Promise<unknown> {
  const text = await readText(path, what);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`${path} must be JSON that holds ${what}; ${reason}`, { cause });
  }
}

async function readText(path: string, what: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
  } catch (cause) {
    throw new InputError(`${path} must be a readable file that holds ${what}; ${why(cause)}`, {
      cause,
    });
  }
}

function why(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  return cause instanceof Error ? cause.message : String(cause);
}
