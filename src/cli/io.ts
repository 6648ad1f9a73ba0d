/** A stream that text is written to, such as a terminal. */
export type Sink = NodeJS.WritableStream & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

/** Everything outside the program that a command line touches, files apart. */
export interface Io {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Does work that the user may interrupt: `signal` is aborted then, and `onInterrupt` called. */
  interruptible<T>(work: (signal: AbortSignal) => Promise<T>, onInterrupt: () => void): Promise<T>;
}

/** What a shell reports of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** The streams and signals of this process. A reader that goes away (`| head`) is no error. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    async interruptible(work, onInterrupt) {
      const controller = new AbortController();
      const interrupt = (): void => {
        if (controller.signal.aborted) process.exit(INTERRUPTED);
        controller.abort();
        onInterrupt();
      };
      process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
      try {
        return await work(controller.signal);
      } finally {
        process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
      }
    },
  };
}
