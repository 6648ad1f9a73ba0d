import { fileURLToPath } from "node:url";
import { parentPort, Worker } from "node:worker_threads";

/** There are no more messages. */
const END = "end";
/** How long a thread may take to end by itself before it is stopped. */
const PATIENCE_MS = 1000;

/** Starts a thread that runs this built file. */
export const startThread = (file: URL, workerData: unknown): Worker =>
  new Worker(fileURLToPath(file), { workerData, execArgv: [] });

/** In a thread: handles messages one after another until it is told that there are no more. */
export function serve<T>(handle: (message: T) => void): void {
  parentPort?.on("message", (message: T | typeof END) => {
    if (message === END) parentPort?.close();
    else handle(message);
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
