/** Values that somebody may throw or reject with, and that cannot simply be turned into text. */
export const oddErrors: Readonly<Record<string, () => unknown>> = {
  "an object without a prototype": () => Object.create(null),
  "an object without a message": () => ({}),
  "an error whose message is a number": () => Object.assign(new Error(), { message: 5 }),
  "an error whose message is a getter that throws": () =>
    Object.defineProperty(new Error("hidden"), "message", { get: fail }),
  "an object whose toString throws": () => ({ toString: fail }),
  "a revoked proxy": () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
};

function fail(): never {
  throw new Error("from inside");
}
