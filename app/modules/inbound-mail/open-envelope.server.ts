import type { FieldCrypto } from "~/infra/crypto.server";
import { envelopeContext, envelopeSchema, type Envelope } from "./envelope";

const erased: Envelope = { from: "", remoteAddress: null, helo: null, tls: false, envelopeId: null };

/** The envelope of a received mail; of one whose personal data was erased, an empty one. */
export const envelopeOf = (crypto: FieldCrypto, sealed: string | null): Envelope => (sealed === null ? erased : envelopeSchema.parse(JSON.parse(crypto.open(sealed, envelopeContext))));
