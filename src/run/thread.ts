import { fileURLToPath } from "node:url";
import { parentPort, Worker } from "node:worker_threads";

/** There are no more messages. */
const END = "end";
/** How long a thread may take to end by itself before it is stopped. */
const PATIENCE_MS = 1000;

/** Starts a thread that runs this built file. */
export const startThread = (file: URL, workerData: unknown): Worker =>
  new Worker(fileURLToPath(file), { workerData, execArgv: [] });

/** Of the build: beside this module once that is bundled, in the last build when it runs from its source. */
export const builtFile = (name: string): URL =>
  new URL(`${import.meta.url.endsWith(".ts") ? "../../dist" : "."}/${name}`, import.meta.url);

/** In a thread: handles messages one after another until it is told that there are no more. */
export function serve<T>(handle: (message: T) => void): void {
  parentPort?.on("message", (message: T | typeof END) => {
    if (message === END) parentPort?.close();
    else handle(message);
  });
}

/** Sends a message and waits for the answer; rejects with the error of which the thread dies, or with how it ended. */
export function askThread(thread: Worker, message: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      thread.off("message", answered).off("error", failed).off("exit", ended);
      then();
    };
    const answered = (value: unknown) => settle(() => resolve(value));
    const failed = (error: Error) => settle(() => reject(error));
    const ended = (code: number) => failed(new Error(`a worker thread ended with code ${code}`));
    thread.on("message", answered).on("error", failed).on("exit", ended);
    thread.postMessage(message);
  });
}

/**
 * Tells a thread that there are no more messages, and waits for its end.
 * A thread that ends by itself lets the engine finish first what it compiles beside it; `terminate` does not, and in
 * Node 20 what is compiled for a thread that is gone may then end the whole process (an assertion of node_platform.cc).
 */
export function endThread(thread: Worker): Promise<void> {
  return new Promise((resolve) => {
    if (thread.threadId === -1) {
      resolve();
      return;
    }
    const stop = setTimeout(() => void thread.terminate(), PATIENCE_MS);
    thread.once("exit", () => {
      clearTimeout(stop);
      resolve();
    });
    thread.postMessage(END);
  });
}
