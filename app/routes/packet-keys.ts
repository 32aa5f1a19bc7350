import type { LoaderFunctionArgs } from "@remix-run/node";
import { signingKeysOf } from "~/infra/signing-keys.server";

/** The public keys that sign our packets, newest first, for whoever got one. */
export function loader({ context }: LoaderFunctionArgs) {
  const keys = signingKeysOf(context.deps.config.signingKeys).map(({ id, fingerprint, publicKey }) => ({ id, algorithm: "Ed25519", fingerprint, publicKey }));
  return Response.json({ keys }, { headers: { "Cache-Control": "public, max-age=300" } });
}
