import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Files that shrink; images are packed already. */
const packable = new Set([".js", ".css", ".html", ".svg", ".json", ".webmanifest"]);

/** Writes FILE.br and FILE.gz beside every file worth it, so that the server packs nothing while it serves. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    writeBundle({ dir = "." }) {
      for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
        const file = join(entry.parentPath, entry.name);
        if (!entry.isFile() || !packable.has(extname(file)) || entry.name === "index.html") continue;
        const content = readFileSync(file);
        writeFileSync(`${file}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
        writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), packed()],
  html: { cspNonce: "PARLEY-NONCE" }, // the server puts a fresh one in its place (gateway/page.go)
  build: {
    outDir: "dist/app",
    emptyOutDir: true,
    target: "es2023",
    cssTarget: ["chrome123", "firefox120", "safari17.5"], // the first with light-dark(): older ones get a rewrite that loses the colours
    assetsInlineLimit: 0, // a data: address would need a hole in the content security policy
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 800, // what counts is the packed size (scripts/size.mjs)
  },
  server: {
    proxy: { "/api": { target: process.env.PARLEY_URL ?? "http://127.0.0.1:8080", ws: true } },
  },
  test: {
    include: ["src/**/*.test.{ts,tsx}"],
    environment: "node",
  },
});
