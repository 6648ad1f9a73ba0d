import { type Browser, chromium } from "playwright-core";
import { findChromium, PLACES } from "./find-chromium.ts";

/** No sandbox (containers have none), and nothing that speaks to the network by itself. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Where Chromium is. Throws, saying how to install it, where there is none. */
export function chromiumPath(): string {
  const found = findChromium();
  if (found === undefined) {
    throw new Error(
      `Chromium must be installed for the browser tests; looked at ${process.env["CHROMIUM_PATH"] ?? PLACES.join(", ")}. ` +
        "Install it (apt-get install chromium) or set CHROMIUM_PATH.",
    );
  }
  return found;
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: ARGUMENTS });
