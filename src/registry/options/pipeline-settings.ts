import { createDecoder } from "../../decode/decoder.ts";
import type { AgentOf, SchemaOption } from "../../model/agent/agent-of.ts";
import { AgentSchema } from "../../model/agent/agent-schema.ts";
import type { PipelineOptions } from "../../pipeline/pipeline.ts";
import type { RegistryOptions } from "../registry-options.ts";
import { withSafeFunctions } from "./option-functions.ts";

const DEFAULT_MAX_WAIT_MS = 2_000;

/** What of the options a pipeline goes by, and a decoder of its own. */
export function pipelineSettings<S extends SchemaOption>(options: RegistryOptions<S>): Pick<
  PipelineOptions<AgentOf<S>>,
  "decode" | "debounceMs" | "maxWaitMs" | "onInvalid" | "guard"
> {
  return {
    decode: createDecoder<AgentOf<S>>(
      options.schema ?? AgentSchema,
      withSafeFunctions(options),
      { givesUp: options.onInvalid !== "isolate" },
    ),
    debounceMs: options.debounceMs,
    maxWaitMs: options.maxWaitMs ?? DEFAULT_MAX_WAIT_MS,
    onInvalid: options.onInvalid,
    guard: options.guard,
  };
}
