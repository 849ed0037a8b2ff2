/**
 * A validator of any library that follows Standard Schema, version 1: zod, valibot, arktype...
 *
 * The types of {@link https://standardschema.dev | Standard Schema}, with its names. They are declared
 * here, as the specification proposes, so that none of those libraries is a dependency. What a
 * registry does not look at, the type of the input among it, is left as it comes.
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  /** All that the standard knows of. */
  readonly "~standard": StandardSchemaV1.Props<Input, Output>;
}

/** What is in a {@linkcode StandardSchemaV1}. */
export declare namespace StandardSchemaV1 {
  /** How to validate, and who does it. */
  interface Props<Input = unknown, Output = Input> {
    /** The version of the standard. */
    readonly version: 1;
    /** The name of the library. */
    readonly vendor: string;
    /** Validates a value. A registry cannot wait for a Promise, and reports one as an issue. */
    readonly validate: (value: unknown) => Result<Output> | Promise<Result<Output>>;
    /** Carries the types; not there at run time. */
    readonly types?: Types<Input, Output> | undefined;
  }

  /** What came of validating. */
  type Result<Output> = SuccessResult<Output> | FailureResult;

  /** The value is valid. */
  interface SuccessResult<Output> {
    /** The value as the validator gives it back: coerced, completed, transformed. */
    readonly value: Output;
    /** Not there, which tells it from a failure. */
    readonly issues?: undefined;
  }

  /** The value is not valid. */
  interface FailureResult {
    /** Why not. */
    readonly issues: readonly Issue[];
  }

  /** One thing that is wrong with a value. */
  interface Issue {
    /** What is wrong, for people. */
    readonly message: string;
    /** The keys and indexes that lead to it; none when it is the value as a whole. */
    readonly path?: readonly (PropertyKey | PathSegment)[] | undefined;
  }

  /** One step of a path, as some libraries write it. */
  interface PathSegment {
    /** The key or index. */
    readonly key: PropertyKey;
  }

  /** The types on either side of a validator. */
  interface Types<Input = unknown, Output = Input> {
    /** What it takes. */
    readonly input: Input;
    /** What it gives. */
    readonly output: Output;
  }

  /** The type of what a schema gives. */
  type InferOutput<Schema extends StandardSchemaV1> = NonNullable<
    Schema["~standard"]["types"]
  >["output"];
}

/** Whether a value follows Standard Schema, version 1. Validators of arktype are functions. */
export function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const props: unknown = "~standard" in value ? value["~standard"] : undefined;
  return typeof props === "object" && props !== null &&
    "version" in props && props.version === 1 &&
    "validate" in props && typeof props.validate === "function";
}
