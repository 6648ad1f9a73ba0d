import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { UsageError } from "../core/errors.ts";
import { systemReason } from "../core/system-reason.ts";

const LARGEST_CHUNK = 2 ** 30;

/** The ending of the name under which a file is written before it takes its place. */
export const UNFINISHED = ".tmp";

/** Writes a whole file so that readers, and whatever a crash leaves behind, see the old or the new one. */
export function writeAtomically(path: string, text: string): void {
  prepare(path, text)();
}

/** Writes a whole file under its unfinished name; the returned function puts it in its place. */
export function prepare(path: string, text: string): () => void {
  const folder = dirname(path);
  if (!isFolder(folder)) {
    throw new UsageError(
      `${path} must be in a folder that exists; there is no folder ${folder}; make it, or name another place`,
      { path },
    );
  }
  if (isFolder(path)) {
    throw new UsageError(`${path} must be the name of a file; it is a folder; name a file in it`, {
      path,
    });
  }
  const temporary = path + UNFINISHED;
  withFile(temporary, "w", (file) => writeFully(file, Buffer.from(text)));
  return () => renameSync(temporary, path);
}

/** Writes bytes at `position`, dropping whatever the file has from there on; creates the file. */
export function appendAt(path: string, position: number, bytes: Uint8Array): void {
  withFile(path, "a", (file) => {
    ftruncateSync(file, position);
    writeFully(file, bytes);
  });
}

/** The text of a file, or undefined when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    throw unusable(path, error);
  }
}

/** The first `length` bytes of a file, or undefined when it has fewer or does not exist. */
export function readFirst(path: string, length: number): ArrayBuffer | undefined {
  try {
    return withFile(path, "r", (file) => {
      if (fstatSync(file).size < length) return undefined;
      const buffer = new ArrayBuffer(length);
      let done = 0;
      while (done < length) {
        done += readSync(file, new Uint8Array(buffer), done, chunk(length - done), done);
      }
      return buffer;
    });
  } catch (error) {
    if (error instanceof UsageError && codeOf(error.cause) === "ENOENT") return undefined;
    throw error;
  }
}

/** The error for a file or folder that the system will not let us use. */
export function unusable(path: string, cause: unknown): UsageError {
  const message = `${path} must be readable and writable; ${systemReason(cause)}`;
  return new UsageError(message, { path }, cause);
}

/** The code of an error of the system, such as "ENOENT". */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const chunk = (length: number): number => Math.min(length, LARGEST_CHUNK);

function writeFully(file: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(file, bytes, done, chunk(bytes.length - done));
}

/** Opens, uses and closes a file; what was written is on the disk afterwards. */
function withFile<T>(path: string, flags: "r" | "w" | "a", use: (file: number) => T): T {
  let file: number | undefined;
  try {
    file = openSync(path, flags);
    const result = use(file);
    if (flags !== "r") fsyncSync(file);
    return result;
  } catch (error) {
    throw unusable(path, error);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
