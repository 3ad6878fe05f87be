import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** The kinds of scenes; PARLEY_SCENES picks one. */
const scenes = {
  stories: "e2e/stories/**/*.story.ts",
  screenshots: "e2e/screenshots/**/*.shot.ts",
  figures: "e2e/figures/**/*.figure.ts",
};

const kind = process.env.PARLEY_SCENES ?? "stories";
const include = Object.entries(scenes).find(([name]) => name === kind)?.[1];

if (include === undefined) throw new Error(`PARLEY_SCENES is one of ${Object.keys(scenes).join(", ")}, not ${kind}`);
for (const name of ["PARLEY_THEATRE", "PARLEY_CHROMIUM"]) {
  if (process.env[name] === undefined)
    throw new Error(`${name} is not set: cmd/parley/browser/doc.go says how to start`);
}

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    include: [include],
    environment: "node",
    pool: "forks",
    // A file is a browser and a server, both busy: two at once fill two cores. What is measured is alone.
    maxWorkers: kind === "stories" ? 2 : 1,
    testTimeout: kind === "figures" ? 600_000 : 120_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000, interval: 50 } },
    reporters: ["verbose"],
  },
});
