import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The page is uploaded to a bucket under any prefix, so every address in it is relative.
export default defineConfig({
  base: "./",
  plugins: [react()],
  build: {
    outDir: "../dist/staff",
    emptyOutDir: true,
    target: "es2022",
    // One file, for people who keep the page open all day.
    chunkSizeWarningLimit: 600,
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
