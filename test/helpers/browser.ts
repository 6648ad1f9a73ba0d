import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];
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
  const named = process.env["CHROMIUM_PATH"];
  const found = (named ? [named] : PLACES).find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(
      `Chromium must be installed for the browser tests; looked at ${named ?? PLACES.join(", ")}. ` +
        "Install it (apt-get install chromium) or set CHROMIUM_PATH.",
    );
  }
  return found;
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath(), args: ARGUMENTS });
