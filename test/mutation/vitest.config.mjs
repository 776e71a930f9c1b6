import { defineConfig } from "vitest/config";

export default defineConfig({
  // Tests name files of src/ by their TypeScript; what runs is the JavaScript that transpile.mjs has written.
  resolve: { alias: [{ find: /^(\..*\/src\/.*)\.ts$/, replacement: "$1.js" }] },
  test: {
    server: { deps: { external: [/\/src\/.*\.js$/] } },
    include: JSON.parse(process.env.WIREWALL_MUTATION_TESTS).map((path) =>
      path.endsWith(".ts") ? path : `${path}/**/*.test.ts`,
    ),
  },
});
