import { parseEventId } from "../protocol/event-id.ts";
import { type ChangeMessage, PROTOCOL, type StateMessage } from "../protocol/messages.ts";
import { RefusedError } from "./refused-error.ts";

/** A message, and which run of a server it comes from. */
export interface ReadMessage {
  readonly message: StateMessage | ChangeMessage;
  readonly instance: string;
}

/**
 * Reads a message.
 *
 * @throws {RefusedError} if it is none that this client knows
 */
export function readMessage(text: string): ReadMessage {
  const message = parsed(text);
  const { protocol, id } = message ?? {};
  const { instance } = parseEventId(id) ?? {};
  if (protocol === PROTOCOL && instance !== undefined) {
    return { message: message as StateMessage | ChangeMessage, instance };
  }
  throw new RefusedError(
    typeof protocol === "number" && protocol !== PROTOCOL
      ? `the server speaks version ${protocol} of the protocol, this client version ${PROTOCOL}: ` +
        `update @agent-registry/rx ${protocol > PROTOCOL ? "here" : "at the server"}`
      : "expected a message of a registry",
  );
}

function parsed(text: string): Partial<StateMessage> | null {
  try {
    return JSON.parse(text) as Partial<StateMessage> | null;
  } catch {
    // What the runtime says quotes the text, which may hold what is secret.
    throw new RefusedError("expected JSON");
  }
}
