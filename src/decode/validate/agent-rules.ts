import { Kind, KindGuard, type TSchema } from "@sinclair/typebox";
import type { SchemaOption } from "../../model/agent/agent-of.ts";
import { isStandardSchema } from "../../model/agent/standard-schema.ts";
import type { Variables } from "../layout-options.ts";
import type { ValidatorFor } from "./agent-validator.ts";
import { type References, referencesOf } from "./cross-check.ts";
import { checkSchema } from "./check-schema.ts";
import { withVariables } from "./expand-variables.ts";
import { standardValidator } from "./standard-validator.ts";
import { typeboxValidators } from "./typebox-validator.ts";

/** What a schema says about agents, whichever library it is of. */
export interface AgentRules {
  readonly validatorFor: ValidatorFor;
  readonly references: References;
}

/**
 * Looks which library a schema is of. A TypeBox schema is one, even if it came to follow Standard
 * Schema too.
 */
export function agentRules(schema: SchemaOption, variables?: Variables): AgentRules {
  const { validatorFor, references } = rulesOf(schema);
  return {
    validatorFor: variables === undefined ? validatorFor : withVariables(validatorFor, variables),
    references,
  };
}

function rulesOf(schema: SchemaOption): AgentRules {
  if (KindGuard.IsObject(schema)) {
    checkSchema(schema);
    return { validatorFor: typeboxValidators(schema), references: referencesOf(schema) };
  }
  if (isTypeBox(schema) || !isStandardSchema(schema)) {
    const got = isTypeBox(schema) ? `Type.${schema[Kind]}` : typeof schema;
    throw new TypeError(
      "Expected schema to be a TypeBox object schema, as Type.Object makes, or one that follows " +
        `Standard Schema (version 1), such as z.object makes, got ${got}`,
    );
  }
  const validator = standardValidator(schema);
  return { validatorFor: () => validator, references: [] };
}

function isTypeBox(schema: unknown): schema is TSchema {
  return typeof schema === "object" && schema !== null && Kind in schema;
}
