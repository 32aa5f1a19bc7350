import { resolve } from "node:path";
import { vitePlugin as remix } from "@remix-run/dev";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vitest/config";
import remixConfig from "./remix.config.js";
import { LongFirst } from "./test/support/long-first";

const underTest = Boolean(process.env.VITEST);

/** `vitest --project unit|integration|e2e` picks a layer; integration and e2e share one PostgreSQL cluster. */
const project = (name: string, include: string[], extra: object = {}) => ({
  extends: true as const,
  test: { name, include, ...extra },
});

export default defineConfig({
  cacheDir: ".cache/vite",
  resolve: {
    alias: {
      "~": resolve(import.meta.dirname, "app"),
      "#emails": resolve(import.meta.dirname, "emails"),
      "#prisma": resolve(import.meta.dirname, "prisma"),
    },
  },
  plugins: underTest ? [] : [tailwindcss(), remix(remixConfig)],
  build: { target: "es2022" },
  test: {
    sequence: { sequencer: LongFirst },
    // What a page or a worker comes to is waited for as long as a slow machine needs; the second that is the default is a wager on its speed.
    expect: { poll: { timeout: 20_000, interval: 100 } },
    projects: [
      project("unit", ["{app,jobs,emails}/**/*.test.{ts,tsx}"], {
        testTimeout: 30_000,
        maxWorkers: 2,
        // Modules keep nothing that tests could see: a file finds read, and compiled, what the one before it needed.
        isolate: false,
      }),
      project("integration", ["test/integration/**/*.test.{ts,tsx}"], {
        globalSetup: ["test/support/cluster.setup.ts"],
        setupFiles: ["test/support/console.setup.ts"],
        // Killed processes, and one PostgreSQL that three files share: what passes only at a second try is named at the end of `npm test`.
        retry: 1,
        testTimeout: 60_000,
        hookTimeout: 120_000,
        // One more than processors: a third of these files is killed processes and broken connections, which are mostly waited for.
        maxWorkers: 3,
        isolate: false,
      }),
      project("e2e", ["test/e2e/**/*.test.{ts,tsx}"], {
        globalSetup: ["test/support/build.setup.ts", "test/support/cluster.setup.ts"],
        // Browsers and four processes on whatever machine this is.
        retry: 1,
        testTimeout: 240_000,
        hookTimeout: 180_000,
        maxWorkers: 2,
        isolate: false,
      }),
    ],
  },
});
