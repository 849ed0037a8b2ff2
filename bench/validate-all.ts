import { TypeCompiler } from "@sinclair/typebox/compiler";
import { AgentSchema } from "../mod.ts";

/** Validates plain agents in the plainest way: with the compiled schema, after the defaults. */
export function validatorOfAll(): (agents: Readonly<Record<string, object>>) => void {
  const check = TypeCompiler.Compile(AgentSchema);
  return (agents) => {
    for (const agent of Object.values(agents)) {
      if (!check.Check({ status: "active", deprecated: false, ...agent })) {
        throw new Error("Expected valid agents");
      }
    }
  };
}
