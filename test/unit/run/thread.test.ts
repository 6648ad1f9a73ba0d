import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { endThread, startThread } from "../../../src/run/thread.ts";

const built = (name: string): URL => new URL(`../../../dist/${name}.js`, import.meta.url);

/** The exit code of a thread of this file that is ended once it listens. */
async function codeOf(file: URL): Promise<unknown> {
  const thread = startThread(file, { stop: new Int32Array(new SharedArrayBuffer(4)) });
  const exit = once(thread, "exit");
  await once(thread, "online");
  await endThread(thread);
  return (await exit)[0];
}

describe("a thread that is told that there are no more messages", () => {
  // One that was stopped from outside has code 1.
  it.each(["worker", "task-worker"])("ends by itself: %s", async (name) => {
    expect(await codeOf(built(name))).toBe(0);
  });

  it("is stopped if it does not end", async () => {
    expect(await codeOf(new URL("./workers/deaf.mjs", import.meta.url))).toBe(1);
  });

  it("and has ended before is not waited for", async () => {
    const thread = startThread(built("task-worker"), {});
    await endThread(thread);
    await endThread(thread);
    expect(thread.threadId).toBe(-1);
  });
});
