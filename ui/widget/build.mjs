// How do the sources become the files that a page loads?
//
// Two passes: the engine first, under hashed names that may be cached for ever; then the loader,
// which is the only script with a stable name and is told what the engine is called. The types of
// the interface lie beside it.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const shared = { configFile: false, logLevel: "warn", root: import.meta.dirname, base: "./" };
const outDir = "../dist/widget";

const [engine] = await build({
  ...shared,
  build: {
    outDir,
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    // As a library: a page of its own would get a helper that puts preload hints into its head.
    lib: { entry: "src/engine.ts", formats: ["es"] },
    rolldownOptions: {
      preserveEntrySignatures: "allow-extension",
      output: { entryFileNames: "engine-[hash].js", chunkFileNames: "box-[hash].js", minify: true },
    },
  },
});
const entry = engine.output.find((file) => file.type === "chunk" && file.isEntry).fileName;

await build({
  ...shared,
  define: { ENGINE_FILE: JSON.stringify(entry) },
  build: {
    outDir,
    emptyOutDir: false,
    target: "es2020",
    lib: {
      entry: "src/loader.ts",
      formats: ["iife"],
      name: "vestibuleLoader",
      fileName: () => "vestibule.js",
    },
  },
});

copyFileSync(
  join(import.meta.dirname, "src/vestibule.d.ts"),
  join(import.meta.dirname, outDir, "vestibule.d.ts"),
);
