import type { CliCommand } from "../context.ts";
export const predict: CliCommand = () => undefined;
