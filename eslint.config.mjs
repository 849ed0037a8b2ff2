// deno lint looks after the language; this is for RxJS alone, which no other linter knows.
import parser from "@typescript-eslint/parser";
import rxjs from "eslint-plugin-rxjs-x";

export default [
  { ignores: ["dist/", "node_modules/"] },
  {
    files: ["mod.ts", "src/**/*.ts"],
    languageOptions: { parser, parserOptions: { projectService: true } },
    plugins: { "rxjs-x": rxjs },
    rules: {
      ...rxjs.configs.strict.rules,
      // Our streams never error: what goes wrong is a value.
      "rxjs-x/no-ignored-error": "off",
      "rxjs-x/finnish": ["error", {
        functions: true,
        methods: true,
        parameters: false,
        properties: true,
        strict: false,
        variables: false,
        // Names of the contract, and subjects, which are nobody's business outside their class.
        names: { "^(read|select)$": false },
        types: { "Subject$": false },
      }],
    },
  },
];
