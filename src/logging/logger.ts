/**
 * What stands beside the message of a log line, to be searched and counted by: for a reload `type`,
 * `revision`, `cause`, `durationMs`, `agents` and `staleAgents` (how many), the ids `added`, `updated`
 * and `removed` (at most 20 each; `idsLeftOut` counts the rest), and `issues` as `{ code, place }`.
 * Never the value of a field of an agent.
 */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Where a registry logs to: `console`, pino, winston, anything with these four methods. The message
 * comes first, the fields second; pino, which has it the other way round, is known by its method
 * `bindings` and gets the fields first. Another logger of that kind (bunyan) takes four arrow
 * functions, `info: (message, fields) => logger.info(fields, message)` and so on.
 *
 * There is one line a reload.
 */
export interface Logger {
  /** What only a developer wants to see: reloads without news, and what sources throw or guards say. */
  debug(message: string, fields?: LogFields): void;
  /** Applied changes. */
  info(message: string, fields?: LogFields): void;
  /** Refused changes, and trouble with watching. */
  warn(message: string, fields?: LogFields): void;
  /** Callbacks that fail; what they threw is the field `err`. */
  error(message: string, fields?: LogFields): void;
}

interface FieldsFirstLogger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** The logger to use: warnings, errors and what ends them to the console unless asked otherwise. */
export function toLogger(logger: Logger | false | undefined): Logger {
  if (logger === false) return makeLogger(() => {});
  if (logger === undefined) return makeLogger(toConsole);
  for (const level of ["debug", "info", "warn", "error"] as const) {
    if (typeof logger?.[level] === "function") continue;
    throw new TypeError(`Expected logger to be false, or to have a method "${level}"`);
  }
  return makeLogger((level, message, fields) =>
    takesFieldsFirst(logger) ? logger[level](fields, message) : logger[level](message, fields)
  );
}

type Write = (level: keyof Logger, message: string, fields: LogFields) => unknown;

/** Makes a logger that neither throws nor rejects: there is nowhere left to report that to. */
function makeLogger(write: Write): Logger {
  const tryTo = (level: keyof Logger) => (message: string, fields: LogFields = {}): void => {
    try {
      const result = write(level, message, fields);
      // Resolved by hand: a thenable of any kind may throw when it is looked at.
      if (typeof result === "object") new Promise((resolve) => resolve(result)).catch(() => {});
    } catch {
      // A logger that throws must not end what it reports on.
    }
  };
  return { debug: tryTo("debug"), info: tryTo("info"), warn: tryTo("warn"), error: tryTo("error") };
}

/** The message says all that a person needs: without the fields it stays one line. */
function toConsole(level: keyof Logger, message: string, fields: LogFields): void {
  // Whoever was told that something is wrong is told when it is not any more.
  const isRecovery = level === "info" && fields["recovered"] === true;
  if (level !== "warn" && level !== "error" && !isRecovery) return;
  console[level](message, ..."err" in fields ? [fields["err"]] : []);
}

/** With a text first, pino takes what follows for values of its placeholders, and drops it. */
function takesFieldsFirst(logger: object): logger is FieldsFirstLogger {
  return "bindings" in logger && typeof logger.bindings === "function";
}
