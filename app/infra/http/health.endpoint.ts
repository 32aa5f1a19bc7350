import { anyone, defineEndpoint, type AnyEndpoint } from "./endpoint";
import type { ReadinessProbe } from "./readiness.server";

/** `/healthz`: this process runs its event loop. `/readyz`: everything it needs is there, and which part is not. */
export const healthEndpoints = (probe: ReadinessProbe, isDraining: () => boolean): AnyEndpoint[] => [
  defineEndpoint({
    method: "GET",
    pattern: "/healthz",
    admit: anyone,
    handle: async () => ({ status: 200, body: { ok: true } }),
  }),
  defineEndpoint({
    method: "GET",
    pattern: "/readyz",
    admit: anyone,
    handle: async () => {
      const readiness = await probe.check(isDraining());
      return { status: readiness.ready ? 200 : 503, body: readiness };
    },
  }),
];
