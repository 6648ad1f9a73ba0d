import type { CliCommand } from "../context.ts";
export const simulate: CliCommand = () => undefined;
